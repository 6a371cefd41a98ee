"""moto's server, which imitates AWS KMS, with one fault mended.

AWS KMS signs what it is given with MessageType DIGEST as it is. moto 5.2.5 takes no notice of the MessageType and
hashes the digest again, so that no verifier but its own would take the signature.

It ends when its standard input does, so that it never outlives the process that started it, however that ends.
"""

import os
import sys
import threading

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from moto.kms.responses import KmsResponse
from moto.kms.utils import ECDSAPrivateKey
from moto.server import main


class Digest(bytes):
    """A message that is hashed already."""


get_param = KmsResponse._get_param
sign = ECDSAPrivateKey.sign


def get_param_with_type(self, name, if_none=None):
    value = get_param(self, name, if_none)
    if name == "Message" and get_param(self, "MessageType") == "DIGEST":
        return Digest(value)
    return value


def sign_as_given(self, message, signing_algorithm):
    if isinstance(message, Digest) and signing_algorithm == "ECDSA_SHA_256":
        return self.private_key.sign(message, ec.ECDSA(utils.Prehashed(hashes.SHA256())))
    return sign(self, message, signing_algorithm)


def end_with_stdin():
    sys.stdin.buffer.read()
    os._exit(0)


KmsResponse._get_param = get_param_with_type
ECDSAPrivateKey.sign = sign_as_given
threading.Thread(target=end_with_stdin, daemon=True).start()
main(sys.argv[1:])

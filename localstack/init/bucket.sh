#!/bin/sh
# LocalStack runs this when it is ready: the bucket of samconfig.toml's stage `local`, to which `sam deploy` uploads.
exec awslocal s3 mb s3://latchkey-artifacts

"""LocalStack on a machine that has no containers.

LocalStack starts a function in a container, and downloads a DynamoDB. Here a function is a process: its `bootstrap`, with
Lambda's Runtime API on a port of 127.0.0.1. And DynamoDB is one that runs already. Nothing separates the functions from
the machine, and no memory is bounded: run no functions here but your own.

    host.py FOLDER DYNAMODB_PORT

It writes into FOLDER alone, where functions.log is what the functions say; on standard output it says where it listens. It
ends when its standard input does, so that it never outlives the process that started it, however that ends. With
LATCHKEY_KEEP_EVENTS set, events.log has each event that a function got, with all that is secret in it. A test may put the number of a
process into the file named kill: it is killed when events have next come to a bus, before whoever sent them hears of it.
"""

import functools
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from concurrent.futures import Future
from concurrent.futures import TimeoutError as TooLate

FOLDER, DYNAMODB_PORT = sys.argv[1], int(sys.argv[2])
LOOPBACK = "127.0.0.1"
RUNTIME = "/2018-06-01/runtime/"
KEEPS_EVENTS = bool(os.environ.get("LATCHKEY_KEEP_EVENTS"))
FAREWELL = 40  # seconds in which LocalStack must have ended: longer than any event takes

# What LocalStack reads when it is imported: where it may write, and where it listens.
tempfile.tempdir = os.environ["FILESYSTEM_ROOT"] = FOLDER
LISTENER = socket.create_server((LOOPBACK, 0), backlog=128)
os.environ["GATEWAY_LISTEN"] = "%s:%d" % LISTENER.getsockname()

from localstack.runtime.main import main
from localstack.services.dynamodb.server import DynamodbServer
from localstack.services.dynamodb.v2.provider import DynamoDBProvider
from localstack.services.events.provider import EventsProvider
from localstack.services.lambda_.event_source_mapping.pollers.dynamodb_poller import DynamoDBPoller
from localstack.services.lambda_.invocation import runtime_executor
from localstack.services.lambda_.invocation.lambda_models import InvocationResult
from twisted.internet import endpoints
from werkzeug import Request, Response
from werkzeug.serving import WSGIRequestHandler, make_server


def keep(name, line):
    with open(os.path.join(FOLDER, name), "a") as log:
        log.write(line)


class Ended(Exception):
    """The function's process has ended where it should not have."""


class Quiet(WSGIRequestHandler):
    def log(self, *_):
        pass


class RuntimeApi:
    """What one process of a function talks to: it asks for an event, and posts the answer."""

    def __init__(self, seconds):
        self.seconds = seconds
        self.events = queue.SimpleQueue()
        self.started = Future()
        self.answer = Future()
        self.over = None  # why nothing comes any more
        self.server = make_server(LOOPBACK, 0, self.respond, threaded=True, request_handler=Quiet)
        self.server.daemon_threads = True
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def address(self):
        return f"{LOOPBACK}:{self.server.server_port}"

    def invoke(self, event):
        self.answer = Future()
        if self.over:
            raise self.over
        self.events.put(event)
        return self.answer.result(self.seconds)

    def fail(self, error):
        """Whoever waits for the process is told that nothing comes any more."""
        self.over = error
        for waited_for in (self.started, self.answer):
            if not waited_for.done():
                waited_for.set_exception(error)

    def close(self):
        self.events.put(None)
        self.server.shutdown()
        self.server.server_close()

    @Request.application
    def respond(self, request):
        body = request.get_data()
        match request.method, request.path.removeprefix(RUNTIME).split("/"):
            case "GET", ["invocation", "next"]:
                return self.next_event()
            case "POST", ["invocation", _, "response"]:
                self.answer.set_result((False, body))
            case "POST", ["invocation", _, "error"]:
                self.answer.set_result((True, body))
            case "POST", ["init", "error"]:
                self.fail(Ended(body.decode(errors="replace")))
            case _:
                return Response(status=404)
        return Response(status=202)

    def next_event(self):
        if not self.started.done():
            self.started.set_result(None)
        event = self.events.get()
        if event is None:
            return Response(status=410)
        return Response(
            event["payload"],
            content_type="application/json",
            headers={
                "Lambda-Runtime-Aws-Request-Id": event["invoke-id"],
                "Lambda-Runtime-Invoked-Function-Arn": event["invoked-function-arn"],
                "Lambda-Runtime-Trace-Id": event["trace-id"],
                "Lambda-Runtime-Deadline-Ms": str(int((time.time() + self.seconds) * 1000)),
            },
        )


class ProcessExecutor(runtime_executor.RuntimeExecutor):
    """One environment of a function. It serves one event at a time, and has a new process for the next if one ended."""

    def __init__(self, id, function_version):
        super().__init__(id, function_version)
        self.name = function_version.id.function_name
        self.code = function_version.config.code
        self.seconds = function_version.config.timeout
        self.busy = threading.Lock()
        self.process = self.api = self.environment = None
        self.said = []

    def start(self, env_vars):
        folder = str(self.code.get_unzipped_code_location())
        self.environment = {name: str(value) for name, value in env_vars.items()}
        self.environment |= {"PATH": os.defpath, "LAMBDA_TASK_ROOT": folder}
        self.launch()

    def launch(self):
        folder = self.environment["LAMBDA_TASK_ROOT"]
        program = os.path.join(folder, "bootstrap")
        os.chmod(program, 0o755)
        self.api = RuntimeApi(self.seconds)
        self.process = subprocess.Popen(
            [program],
            cwd=folder,
            env=self.environment | {"AWS_LAMBDA_RUNTIME_API": self.api.address},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
        )
        threading.Thread(target=self.listen, args=(self.process, self.api), daemon=True).start()
        try:
            self.api.started.result(20)
        except (Ended, TooLate) as e:
            self.end()
            raise runtime_executor.LambdaRuntimeException(f"{program} did not start: {e!r}: {self.get_logs()}") from e

    def listen(self, process, api):
        """Keeps what the process says, and notices its end."""
        for line in process.stdout:
            self.said.append(line)
            keep("functions.log", line)
        api.fail(Ended(f"Runtime exited with error: exit status {process.wait()}"))

    def end(self):
        if self.process is None:
            return
        self.process.kill()
        self.process.wait()
        self.api.close()
        self.process = None

    def stop(self):
        """Lets the event under way come to its end: its caller may have been promised something."""
        waited = self.busy.acquire(timeout=self.seconds)
        self.end()
        if waited:
            self.busy.release()

    def invoke(self, payload):
        with self.busy:
            self.said.clear()
            began = time.monotonic()
            if KEEPS_EVENTS:
                event = json.loads(payload["payload"])
                keep("events.log", json.dumps({"function": self.name, "event": event}) + "\n")
            if self.process is None or self.process.poll() is not None:
                self.end()
                self.launch()
            try:
                is_error, body = self.api.invoke(payload)
            except (Ended, TooLate) as e:
                self.end()
                kind, why = "Runtime.ExitError", str(e)
                if isinstance(e, TooLate):
                    kind, why = "Sandbox.Timedout", f"Task timed out after {self.seconds:.2f} seconds"
                is_error, body = True, json.dumps({"errorType": kind, "errorMessage": why}).encode()
            id, ms = payload["invoke-id"], (time.monotonic() - began) * 1000
            report = f"END RequestId: {id}\nREPORT RequestId: {id}\tDuration: {ms:.2f} ms\n"
            return InvocationResult(id, body, is_error, f"START RequestId: {id}\n{self.get_logs()}{report}")

    def get_logs(self):
        return "".join(self.said)

    def get_address(self):
        return LOOPBACK

    def get_endpoint_from_executor(self):
        return LOOPBACK

    def get_runtime_endpoint(self):
        return ""  # that of LocalStack's own program in a container

    @classmethod
    def prepare_version(cls, function_version):
        function_version.config.code.prepare_for_execution()

    @classmethod
    def cleanup_version(cls, function_version):
        pass


class RunningDynamoDB(DynamodbServer):
    """One that somebody else has started, and will end."""

    def start_dynamodb(self):
        self._started.set()
        return False

    def stop_dynamodb(self):
        pass


write_batch, as_events = DynamoDBProvider.batch_write_item, DynamoDBPoller.transform_into_events
expired = set()  # table and key of each item that was deleted because its time had come


def deleted(table, key):
    return table, repr(sorted(key.items()))


@functools.wraps(write_batch)
def note_expired(self, context, batch):
    """LocalStack itself writes no batches but those that delete what has expired, as anybody would: the stream does not say who."""
    if context.is_internal_call:
        for table, requests in batch["RequestItems"].items():
            expired.update(deleted(table, r["DeleteRequest"]["Key"]) for r in requests if "DeleteRequest" in r)
    return write_batch(self, context, batch)


def name_the_service(self, records, shard_id):
    """DynamoDB says of such a deletion who did it (DynamoDB Developer Guide, "DynamoDB Streams and Time to Live")."""
    events = as_events(self, records, shard_id)
    table = self.source_arn.split("/")[1]
    for event in events:
        if event["eventName"] == "REMOVE" and deleted(table, event["dynamodb"]["Keys"]) in expired:
            event["userIdentity"] = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}
    return events


put_events = EventsProvider.put_events


@functools.wraps(put_events)
def put_and_kill(self, *args, **kwargs):
    answer = put_events(self, *args, **kwargs)
    order = os.path.join(FOLDER, "kill")
    if os.path.exists(order):
        with open(order) as file:
            os.kill(int(file.read()), signal.SIGKILL)
        os.remove(order)
    return answer


def adopt(reactor, port):
    """LocalStack would listen on every interface."""
    LISTENER.setblocking(False)
    return endpoints.AdoptedStreamServerEndpoint(reactor, LISTENER.fileno(), socket.AF_INET)


def end_with_stdin():
    sys.stdin.buffer.read()
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(FAREWELL)
    os._exit(1)


if __name__ == "__main__":
    database = RunningDynamoDB(DYNAMODB_PORT, LOOPBACK)
    DynamodbServer.get = staticmethod(lambda: database)
    runtime_executor.get_runtime_executor = lambda: ProcessExecutor
    DynamoDBProvider.batch_write_item = note_expired
    DynamoDBPoller.transform_into_events = name_the_service
    EventsProvider.put_events = put_and_kill
    endpoints.TCP4ServerEndpoint = adopt
    threading.Thread(target=end_with_stdin, daemon=True).start()
    print(f"listening on http://{os.environ['GATEWAY_LISTEN']}", flush=True)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whoever has read that may be gone when the rest is said
    main()

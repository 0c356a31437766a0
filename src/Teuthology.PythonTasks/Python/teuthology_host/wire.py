"""Lines of JSON in both directions. Whoever calls gives a number; the answer bears it again."""
import itertools
import json
import os
import threading

from teuthology_host import workers


class Waiting:
    """A call that is not answered yet."""

    def __init__(self):
        self.done = threading.Event()
        self.answer = None


class Link:
    def __init__(self):
        self.to = None
        self.current = None  # the task that speaks, for those who do not know theirs
        self._writing = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting = {}
        self._running = {}
        self._calls = {}
        self._events = {}
        self._tell_error = None
        self._make_error = None

    def open(self, to, calls, events, tell_error, make_error):
        self.to, self._calls, self._events, self._tell_error, self._make_error = to, calls, events, tell_error, make_error

    def tell(self, event, /, **what):
        """Sends what wants no answer."""
        self._send(dict(what, event=event))

    def call(self, name, /, **what):
        """Asks the controller; raises what it answers with an error."""
        number, waiting = next(self._numbers), Waiting()
        self._waiting[number] = waiting
        self._send({"id": number, "call": name, "task": self.current, "with": what})
        try:
            workers.wait(waiting.done)
        finally:
            self._waiting.pop(number, None)
        if "error" in waiting.answer:
            raise self._make_error(waiting.answer["error"])
        return waiting.answer.get("result")

    def serve(self, lines):
        """Takes messages until the controller says quit."""
        for line in lines:
            message = json.loads(line)
            if "call" in message:
                self._running[message["id"]] = workers.spawn(self._serve, message)
            elif "answer" in message:
                waiting = self._waiting.get(message["answer"])
                if waiting is not None:
                    waiting.answer = message
                    waiting.done.set()
            elif "cancel" in message:
                worker = self._running.get(message["cancel"])
                if worker is not None:
                    workers.interrupt(worker, message.get("reason"))
            elif message["event"] == "quit":
                return
            else:
                self._events[message["event"]](message)

    def _serve(self, message):
        number = message["id"]
        try:
            answer = {"answer": number, "result": self._calls[message["call"]](**message["with"])}
        except BaseException as error:  # whatever it is, the controller waits for it
            answer = {"answer": number, "error": self._tell_error(error)}
        self._running.pop(number, None)
        self._send(answer)

    def _send(self, message):
        data = json.dumps(message).encode() + b"\n"
        with self._writing:
            view = memoryview(data)
            while view:
                view = view[os.write(self.to, view):]


link = Link()

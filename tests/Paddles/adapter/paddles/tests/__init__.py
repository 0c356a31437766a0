"""A test application like WebTest's that is a server elsewhere."""
import json
from urllib.parse import urlencode

import requests

from paddles.models import URL, reset


class Answer:
    def __init__(self, response):
        self.status_int = self.status_code = response.status_code
        self.body = response.content
        self.headers = response.headers
        self._response = response

    @property
    def json(self):
        return self._response.json()


class Application:
    def _send(self, method, path, data=None, headers=None, expect_errors=False, status=None):
        response = requests.request(method, URL + path, data=data, headers=headers)
        if response.status_code >= 400 and not expect_errors:
            raise AssertionError("%s %s: %s %s" % (method, path, response.status_code, response.text))
        return Answer(response)

    def _send_json(self, method, path, params=None, **options):
        body = None if params is None else json.dumps(params)
        return self._send(method, path, data=body, headers={"Content-Type": "application/json"}, **options)

    def get(self, path, params=None, **options):
        query = "?" + urlencode(params) if params else ""
        return self._send("GET", path + query, **options)

    def post(self, path, params=None, **options):
        return self._send("POST", path, data=params, **options)

    def delete(self, path, params=None, **options):
        return self._send("DELETE", path, data=params, **options)

    def post_json(self, path, params=None, **options):
        return self._send_json("POST", path, params, **options)

    def put_json(self, path, params=None, **options):
        return self._send_json("PUT", path, params, **options)


class TestApp:
    __test__ = True

    @classmethod
    def setup_class(cls):
        reset()

    def setup_method(self):
        self.app = Application()

    def teardown_method(self):
        reset()

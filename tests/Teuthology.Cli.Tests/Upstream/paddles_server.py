"""Serves a paddles checkout, unmodified, until it is killed.

usage: paddles_server.py CHECKOUT PORT DATABASE_URL [WORKERS]
Needs python3-pecan, python3-sqlalchemy and gunicorn, and python3-psycopg2 for a PostgreSQL URL. What it only reports to (statsd, Sentry)
is left out; times are UTC.
"""
import sys
import types
from unittest import mock

checkout, port, url = sys.argv[1:4]
workers = int(sys.argv[4]) if len(sys.argv) > 4 else 2
sys.path.insert(0, checkout)
sys.modules["statsd"] = mock.MagicMock(name="statsd")
sys.modules["sentry_sdk"] = mock.MagicMock(name="sentry_sdk")
try:
    import tzlocal  # noqa: F401
except ImportError:
    import pytz
    sys.modules["tzlocal"] = types.SimpleNamespace(get_localzone=lambda: pytz.utc)

import gunicorn.app.base  # noqa: E402
import pecan  # noqa: E402
from paddles import models  # noqa: E402
from paddles.app import setup_app  # noqa: E402
from paddles.hooks import IsolatedTransactionHook  # noqa: E402
from paddles.hooks.cors import CorsHook  # noqa: E402


def configured():
    hooks = [
        IsolatedTransactionHook(models.start, models.start_read_only, models.commit, models.rollback, models.clear),
        CorsHook(),
    ]
    return pecan.configuration.conf_from_dict({
        "server": {"host": "127.0.0.1", "port": port},
        "address": f"http://127.0.0.1:{port}",
        "job_log_href_templ": "http://127.0.0.1/{run_name}/{job_id}/teuthology.log",
        "default_latest_runs_count": 25,
        "app": {
            "root": "paddles.controllers.root.RootController",
            "modules": ["paddles"],
            "template_path": f"{checkout}/paddles/templates",
            "default_renderer": "json",
            "guess_content_type_from_ext": False,
            "debug": False,
            "hooks": hooks,
        },
        "sqlalchemy": {"url": url, "isolation_level": "SERIALIZABLE"},
    })


class Server(gunicorn.app.base.BaseApplication):
    def load_config(self):
        self.cfg.set("bind", f"127.0.0.1:{port}")
        self.cfg.set("workers", workers)

    def load(self):
        config = configured()
        pecan.configuration.set_config(dict(config), overwrite=True)
        return setup_app(pecan.conf)


if __name__ == "__main__":
    pecan.configuration.set_config(dict(configured()), overwrite=True)
    models.init_model()
    models.Base.metadata.create_all(pecan.conf.sqlalchemy.engine)
    pecan.conf.sqlalchemy.engine.dispose()
    Server().run()

"""Sends what Python logs to the job's log."""
import logging
import warnings

from teuthology_host.wire import link


class ToController(logging.Handler):
    def emit(self, record):
        try:
            text = record.getMessage()
            if record.exc_info:
                text += "\n" + self.formatException(record.exc_info)
            link.tell("log", name=record.name, level=record.levelno, text=text)
        except Exception:
            self.handleError(record)

    def formatException(self, exc_info):
        return logging.Formatter().formatException(exc_info)


def start():
    logging.basicConfig(level=logging.DEBUG, handlers=[ToController()])
    logging.captureWarnings(True)
    warnings.simplefilter("ignore", DeprecationWarning)  # the checkout is of its time
    for chatty in ("urllib3", "paramiko", "boto", "botocore"):
        logging.getLogger(chatty).setLevel(logging.INFO)

"""maskqms: quality management and batch release for face-mask factories."""

import os

os.environ.setdefault("PICCOLO_CONF", "maskqms.piccolo_conf")

__version__ = "0.1.0"

"""The hosts that get a configuration: a module each."""

from __future__ import annotations

from build_site.deploy.folder import app_engine, netlify, nginx
from build_site.deploy.folder.host import Host

HOSTS: dict[str, Host] = {
    "nginx": nginx.HOST,
    "app-engine": app_engine.HOST,
    "netlify": netlify.HOST,
}

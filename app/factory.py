"""create_app: a table of contents of the program."""

from datetime import timedelta
from pathlib import Path

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.blueprints.accounts import views as accounts
from app.blueprints.accounts.sign_in import configure_security
from app.blueprints.admin import views as admin
from app.blueprints.api import document
from app.blueprints.appointments import views as appointments
from app.blueprints.audit import views as audit
from app.blueprints.availability import views as availability
from app.blueprints.care import views as care
from app.blueprints.clients import views as clients
from app.blueprints.embed import views as embed
from app.blueprints.feeds import views as feeds
from app.blueprints.imports import views as imports
from app.blueprints.messages import views as messages
from app.blueprints.numbers import views as numbers
from app.blueprints.people import views as people
from app.blueprints.schedule import views as schedule
from app.blueprints.services import views as services
from app.blueprints.site import health
from app.blueprints.site import views as site
from app.blueprints.styleguide import views as styleguide
from app.cli import audit as audit_commands
from app.cli import backup, clinic, demo, doctor, keys, outbox, retention, setup, staff, token, worker
from app.extensions import csrf, db, limiter, mail, migrate
from app.models import Passkey, Role, StaffMember
from app.store import transactions
from app.web.context import register_context
from app.web.errors import register_errors
from app.web.filters import register_filters
from app.web.gate import guard
from app.web.headers import add_headers
from app.web.language import register_languages
from app.web.sessions import PagesOnly, cookie_name
from app.web.sources import register_sources
from app.web.static_files import register_static_files
from app.worker import wiring
from config import Settings

_MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


def create_app(settings: Settings) -> Flask:
    """The application for these settings."""
    app = Flask("app", template_folder="../templates", static_folder="static")
    _configure(app, settings)
    add_headers(app)
    guard(app)
    _connect_extensions(app)
    register_languages(app)
    app.session_interface = PagesOnly()
    register_sources(app)
    register_filters(app)
    register_static_files(app)
    register_context(app)
    register_errors(app)
    configure_security(app, db, StaffMember, Role, Passkey)
    wiring.connect(app)
    _register_pages(app)
    _register_commands(app)
    return app


def _register_pages(app: Flask) -> None:
    for module in (
        site,
        health,
        services,
        appointments,
        embed,
        care,
        schedule,
        clients,
        messages,
        numbers,
        audit,
        feeds,
        availability,
        admin,
        imports,
        accounts,
        styleguide,
        people,
    ):
        app.register_blueprint(module.blueprint)
    csrf.exempt(document.register_api(app))  # tokens only: no browser sends them by itself


def _register_commands(app: Flask) -> None:
    for group in (
        audit_commands.group,
        backup.backup_command,
        backup.restore_command,
        clinic.group,
        demo.group,
        keys.group,
        outbox.group,
        retention.command,
        setup.command,
        staff.group,
        token.group,
        worker.command,
        doctor.command,
    ):
        app.cli.add_command(group)


def _configure(app: Flask, settings: Settings) -> None:
    """Flask's own settings; reliability comes first: bounded requests, strict cookies."""
    app.config.update(
        SETTINGS=settings,
        TESTING=settings.testing,
        SECRET_KEY=settings.secret_keys[0],
        SECRET_KEY_FALLBACKS=list(settings.secret_keys[1:]),
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=_engine_options(settings),
        MAX_CONTENT_LENGTH=256 * 1024,
        MAX_FORM_MEMORY_SIZE=128 * 1024,
        MAX_FORM_PARTS=1000,
        SESSION_COOKIE_NAME=cookie_name(settings.founding_key, production=settings.production),
        SESSION_COOKIE_SECURE=settings.production,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        # A staff session ends by its row, after eight hours; until then and beyond the cookie remembers whose it was.
        PERMANENT_SESSION_LIFETIME=timedelta(hours=24),
        WTF_CSRF_TIME_LIMIT=None,
        RATELIMIT_ENABLED=settings.rate_limits,
        RATELIMIT_STORAGE_URI=settings.rate_limit_storage,
        MAIL_SERVER=settings.mail_server,
        MAIL_PORT=settings.mail_port,
        MAIL_USERNAME=settings.mail_username,
        MAIL_PASSWORD=settings.mail_password,
        MAIL_USE_TLS=settings.mail_security == "starttls",
        MAIL_USE_SSL=settings.mail_security == "tls",
        MAIL_DEFAULT_SENDER=settings.mail_from,
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=hops, x_proto=hops, x_host=0)  # type: ignore[method-assign]


def _engine_options(settings: Settings) -> dict[str, object]:
    pool: dict[str, object] = {
        "pool_size": 8,
        "max_overflow": 16,
        "pool_timeout": 10,
        "hide_parameters": True,
    }
    if settings.database_url.startswith("sqlite"):
        return pool | {"connect_args": {"timeout": 5}}
    limits = "-c statement_timeout=10s -c lock_timeout=3s -c idle_in_transaction_session_timeout=30s"
    return pool | {"connect_args": {"options": f"{limits} -c timezone=UTC"}}


def _connect_extensions(app: Flask) -> None:
    db.init_app(app)
    migrate.init_app(app, db, directory=str(_MIGRATIONS))
    csrf.init_app(app)
    mail.init_app(app)
    limiter.init_app(app)
    with app.app_context():
        transactions.prepare(db.engine)

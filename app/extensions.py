"""The Flask extensions and signals, created unbound; the factory ties them to an application."""

from blinker import Namespace
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_mail import Mail
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import MetaData
from sqlalchemy.orm import DeclarativeBase


class Row(DeclarativeBase):
    """The ancestor of all tables; constraints get predictable names, so that migrations can find them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


db = SQLAlchemy(model_class=Row)
migrate = Migrate()
csrf = CSRFProtect()
mail = Mail()
limiter = Limiter(key_func=get_remote_address)

_signals = Namespace()
#: Sent after the commit of a transaction that decided on notifications; carries ``ids``, those that are due at once.
notifications_due = _signals.signal("notifications-due")
#: Sent when Flask-Security has something to tell a staff member; carries ``address``, ``subject`` and ``text``.
account_message = _signals.signal("account-message")
#: Sent after the commit of a transaction from which on there are rows of another system to bring in, or to take back.
import_due = _signals.signal("import-due")

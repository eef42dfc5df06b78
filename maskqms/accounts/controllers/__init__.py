"""HTTP of accounts: signing in, one's own account, people, badges."""

from __future__ import annotations

from litestar import Router

from maskqms.accounts.controllers.badges import BadgeController
from maskqms.accounts.controllers.own import OwnController
from maskqms.accounts.controllers.people import PeopleController
from maskqms.accounts.controllers.signin import SignInController

router = Router(path="/", route_handlers=[SignInController, OwnController, PeopleController, BadgeController])

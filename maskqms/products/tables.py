"""Products and the factory's own licences."""

from __future__ import annotations

from piccolo.columns import Array, BigSerial, Date, ForeignKey, Integer, OnDelete, OnUpdate, Text, Timestamptz, Varchar
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from maskqms.accounts.tables import Account, Signature
from maskqms.products.states import LicenceKind, LicenceState, ProductKind, ProductState
from maskqms.workflow import check_in


class Product(Table, tablename="product", tags=["regulated"]):
    """A mask model: what it claims to be, and how it is packed. A batch copies what it needs at its start."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    name_zh = Text(default=None, null=False)
    name_en = Text(default=None, null=True)
    kind = Varchar(20, default=None, null=False)
    standard = Varchar(60, default=None, null=False)
    grade = Varchar(40, default=None, null=True)
    variants = Array(base_column=Varchar(), default=None, null=False)
    model = Text(default=None, null=False)
    gtin = Varchar(13, default=None, null=True, unique=True)
    carton_gtin = Varchar(14, default=None, null=True, unique=True)
    pieces_per_box = Integer(default=None, null=True)
    boxes_per_carton = Integer(default=None, null=True)
    shelf_life_months = Integer(default=None, null=False)
    state = Varchar(20, default=None, null=False)
    created_at = Timestamptz(default=None, null=False)
    created_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    product_kind = Check(check_in("kind", ProductKind))
    product_state = Check(check_in("state", ProductState))
    product_code = Check("code <> '' AND code = btrim(code)")
    product_shelf_life = Check("shelf_life_months BETWEEN 1 AND 240")
    product_packing = Check("pieces_per_box > 0 AND boxes_per_carton > 0")
    product_gtin = Check("(gtin IS NULL) = (carton_gtin IS NULL)")


class Licence(Table, tablename="licence", tags=["regulated"]):
    """A certificate with its dates and the products it covers; a renewed one is a new row with the same number."""

    id = BigSerial(primary_key=True)
    kind = Varchar(30, default=None, null=False)
    number = Varchar(80, default=None, null=False)
    holder = Text(default=None, null=False)
    scope = Text(default=None, null=True)
    products = Array(base_column=Varchar(), default=None, null=False)
    valid_from = Date(default=None, null=False)
    valid_until = Date(default=None, null=True)
    state = Varchar(20, default=None, null=False)
    signature = ForeignKey(Signature, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    added_at = Timestamptz(default=None, null=False)
    revoked_at = Timestamptz(default=None, null=True)
    revoked_reason = Text(default=None, null=True)
    revoked_signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    licence_kind = Check(check_in("kind", LicenceKind))
    licence_state = Check(check_in("state", LicenceState))
    licence_dates = Check("valid_until >= valid_from")
    licence_revoked = Check(
        "(state = 'revoked') = (revoked_at IS NOT NULL AND revoked_reason IS NOT NULL"
        " AND revoked_signature IS NOT NULL)"
    )
    licence_once = Unique([kind, number, valid_from])

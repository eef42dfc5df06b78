"""Suppliers with their papers and approvals, materials with their specifications."""

from __future__ import annotations

from piccolo.columns import (
    JSONB,
    Array,
    BigSerial,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    OnUpdate,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table

from maskqms.accounts.tables import Account, Signature
from maskqms.materials.states import (
    ApprovalState,
    Category,
    CredentialType,
    EvaluationKind,
    Measure,
    SourceChangeKind,
    SupplierKind,
)
from maskqms.quality.tables import ChangeControl
from maskqms.workflow import check_in


class Supplier(Table, tablename="supplier", tags=["regulated"]):
    """A maker or trader of material."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    name = Text(default=None, null=False, unique=True)
    kind = Varchar(20, default=None, null=False)
    address = Text(default=None, null=True)
    contact = Text(default=None, null=True)
    created_at = Timestamptz(default=None, null=False)

    supplier_kind = Check(check_in("kind", SupplierKind))
    supplier_name = Check("name <> '' AND name = btrim(name)")


class Material(Table, tablename="material", tags=["regulated"]):
    """An item that is bought; its limits stand in its specification."""

    id = BigSerial(primary_key=True)
    code = Varchar(40, default=None, null=False, unique=True)
    name_zh = Text(default=None, null=False)
    name_en = Text(default=None, null=True)
    category = Varchar(20, default=None, null=False)
    unit = Varchar(20, default=None, null=False)
    storage_life_days = Integer(default=None, null=True)
    created_at = Timestamptz(default=None, null=False)

    material_category = Check(check_in("category", Category))
    material_unit = Check(check_in("unit", Measure))
    material_storage_life = Check("storage_life_days > 0")
    material_code = Check("code <> '' AND code = btrim(code)")


class Credential(Table, tablename="credential", tags=["regulated"]):
    """A dated paper, checked by a named person: does it name what is bought (S10)? Renewal is another row.

    `maker` names whose paper it is when a trader shows that of the original manufacturer (S12), `person` whom a letter
    authorises (S11), `owner` who sees to its renewal when that is not who checked it (R44)."""

    id = BigSerial(primary_key=True)
    supplier = ForeignKey(Supplier, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, index=True)
    type = Varchar(40, default=None, null=False)
    number = Varchar(120, default=None, null=False)
    scope = Text(default=None, null=True)
    maker = Text(default=None, null=True)
    person = Text(default=None, null=True)
    material = ForeignKey(Material, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    names_item = Boolean(default=None, null=False)
    valid_from = Date(default=None, null=False)
    valid_until = Date(default=None, null=True)
    digest = Varchar(64, default=None, null=True)
    verified_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    verified_at = Timestamptz(default=None, null=False)
    owner = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    withdrawn_at = Timestamptz(default=None, null=True)
    withdrawn_reason = Text(default=None, null=True)

    credential_type = Check(check_in("type", CredentialType))
    credential_dates = Check("valid_until IS NULL OR valid_from <= valid_until")
    credential_withdrawn = Check("(withdrawn_at IS NULL) = (withdrawn_reason IS NULL)")


class CredentialFile(Table, tablename="credential_file", tags=["history"]):
    """The scanned paper; the trail keeps its digest, so that it is not exchanged unseen."""

    id = BigSerial(primary_key=True)
    credential = ForeignKey(
        Credential, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True
    )
    name = Text(default=None, null=False)
    media_type = Varchar(120, default=None, null=False)
    content = Bytea(default=None, null=False)


class CredentialRule(Table, tablename="credential_rule", tags=["regulated"]):
    """The papers a category of material needs; a category without a row needs the default ones."""

    id = BigSerial(primary_key=True)
    category = Varchar(20, default=None, null=False, unique=True)
    types = Array(base_column=Varchar(), default=None, null=False)

    credential_rule_category = Check(check_in("category", Category))


class Evaluation(Table, tablename="evaluation", tags=["history"]):
    """An audit on site, a written survey or a later review of a supplier for a material, with its file (S13, S14)."""

    id = BigSerial(primary_key=True)
    supplier = ForeignKey(Supplier, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    material = ForeignKey(Material, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    kind = Varchar(20, default=None, null=False)
    number = Varchar(120, default=None, null=False)
    done_on = Date(default=None, null=False)
    digest = Varchar(64, default=None, null=False)
    entered_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    entered_at = Timestamptz(default=None, null=False)

    evaluation_kind = Check(check_in("kind", EvaluationKind))


class EvaluationFile(Table, tablename="evaluation_file", tags=["history"]):
    """The report or the survey itself; the trail keeps its digest."""

    id = BigSerial(primary_key=True)
    evaluation = ForeignKey(
        Evaluation, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True
    )
    name = Text(default=None, null=False)
    media_type = Varchar(120, default=None, null=False)
    content = Bytea(default=None, null=False)


class Approval(Table, tablename="approval", tags=["history"]):
    """A decision about a supplier for a material; the latest counts (S13, S14). `evaluate_by` is when it must be looked
    at again: later there are no new orders, while goods in stock stay as they are (R45)."""

    id = BigSerial(primary_key=True)
    supplier = ForeignKey(Supplier, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    material = ForeignKey(Material, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    state = Varchar(20, default=None, null=False)
    basis = Text(default=None, null=False)
    valid_from = Date(default=None, null=True)
    valid_until = Date(default=None, null=True)
    condition = Text(default=None, null=True)
    evaluation = ForeignKey(Evaluation, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    evaluate_by = Date(default=None, null=True)
    decided_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    decided_at = Timestamptz(default=None, null=False)
    signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    approval_state = Check(check_in("state", ApprovalState))
    approval_signed = Check("(state = 'pending') = (signature IS NULL)")
    approval_dates = Check(
        "(state IN ('approved', 'conditional')) = (valid_from IS NOT NULL AND valid_until IS NOT NULL)"
        " AND (valid_until IS NULL OR valid_from <= valid_until)"
    )
    approval_condition = Check("(state = 'conditional') = (condition IS NOT NULL)")
    approval_evaluated = Check("valid_from IS NOT NULL OR (evaluation IS NULL AND evaluate_by IS NULL)")


class SourceChange(Table, tablename="source_change", tags=["history"]):
    """Where a key material comes from changed; what comes since then is for validation until quality approves (R46)."""

    id = BigSerial(primary_key=True)
    supplier = ForeignKey(Supplier, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    material = ForeignKey(Material, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    kind = Varchar(20, default=None, null=False)
    change = ForeignKey(
        ChangeControl, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict, unique=True
    )
    since = Timestamptz(default=None, null=False)
    maker = Varchar(200, default=None, null=True)
    """Whose goods it limits; nobody named limits all that this supplier delivers of the material."""

    source_change_kind = Check(check_in("kind", SourceChangeKind))
    source_change_maker = Check("(kind = 'maker') = (maker IS NOT NULL)")


class Specification(Table, tablename="specification", tags=["regulated"]):
    """A version of what a material must be. Only a draft changes. Of those that were put in force the newest whose day
    has come holds; when it was replaced is the day of the next one, and is not written down a second time."""

    id = BigSerial(primary_key=True)
    material = ForeignKey(Material, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    version = Integer(default=None, null=False)
    state = Varchar(20, default=None, null=False)
    level = Varchar(5, default=None, null=False)
    aql = Varchar(6, default=None, null=False)
    tests = JSONB(default=None, null=False)
    drafted_by = ForeignKey(Account, null=False, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    drafted_at = Timestamptz(default=None, null=False)
    in_force_from = Timestamptz(default=None, null=True)
    retired_at = Timestamptz(default=None, null=True)
    approved_by = ForeignKey(Account, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)
    signature = ForeignKey(Signature, null=True, on_delete=OnDelete.restrict, on_update=OnUpdate.restrict)

    specification_version = Unique([material, version])
    specification_state = Check("state IN ('draft', 'in_force', 'retired')")
    specification_signed = Check(
        "(state = 'draft') = (signature IS NULL) AND (signature IS NULL) = (in_force_from IS NULL)"
        " AND (signature IS NULL) = (approved_by IS NULL) AND (state = 'retired') = (retired_at IS NOT NULL)"
    )
    specification_two_persons = Check("approved_by IS NULL OR approved_by <> drafted_by")

"""The closed vocabulary of acts: `noun:verb`, with the words people read. Each package has its block."""

from __future__ import annotations

from maskqms.i18n import _
from maskqms.workflow import State


class Tag(State):
    """What happened. An act that is not here cannot be recorded."""

    # db, audit
    DATABASE_RESTORE = "database:restore", _("Database restored")
    DATABASE_ADOPT = "database:adopt", _("Files of before put under the trail")
    DATABASE_BACKUP = "database:backup", _("Database backed up")
    CLOCK_JOB = "clock:job", _("Background work")
    RECORD_EXPORT = "record:export", _("Taken along as a file")

    # accounts
    ACCOUNT_CREATE = "account:create", _("Account created")
    ACCOUNT_ROLES = "account:roles", _("Roles changed")
    ACCOUNT_PASSWORD = "account:password", _("Password changed")
    PASSWORD_FAIL = "password:fail", _("Current password was wrong")
    ACCOUNT_RESET = "account:reset", _("Password reset")
    ACCOUNT_DEACTIVATE = "account:deactivate", _("Account deactivated")
    ACCOUNT_REACTIVATE = "account:reactivate", _("Account reopened")
    ACCOUNT_LOCK = "account:lock", _("Account locked")
    ACCOUNT_UNLOCK = "account:unlock", _("Account unlocked")
    ACCOUNT_LANGUAGE = "account:language", _("Language changed")
    SESSION_OPEN = "session:open", _("Signed in")
    SESSION_CLOSE = "session:close", _("Signed out")
    SESSION_FAIL = "session:fail", _("Sign-in failed")
    BADGE_ISSUE = "badge:issue", _("Badge issued")
    BADGE_PIN = "badge:pin", _("PIN of a badge set")
    BADGE_REVOKE = "badge:revoke", _("Badge revoked")
    AUTHORISATION_GRANT = "authorisation:grant", _("Release authorisation granted")
    AUTHORISATION_REVOKE = "authorisation:revoke", _("Release authorisation revoked")
    SIGNATURE_FAIL = "signature:fail", _("Signing failed")

    # trace
    UNIT_MOVE = "unit:move", _("Quantity of a unit changed")
    UNIT_REVERSE = "unit:reverse", _("Movement or link reversed")
    HOLD_PLACE = "hold:place", _("Hold placed")
    HOLD_LIFT = "hold:lift", _("Hold lifted")
    HISTORY_IMPORT = "history:import", _("History imported")
    EDGES_REBUILD = "edges:rebuild", _("Edges rebuilt from the ledger")

    # devices
    INSTRUMENT_REGISTER = "instrument:register", _("Instrument registered")
    INSTRUMENT_CALIBRATE = "instrument:calibrate", _("Calibration recorded")
    INSTRUMENT_VERIFY = "instrument:verify", _("Instrument checked with a reference")
    INSTRUMENT_STATE = "instrument:state", _("Instrument taken out of or put into service")
    INSTRUMENT_ARM = "instrument:arm", _("Instrument waits for a reading")
    INSTRUMENT_DISARM = "instrument:disarm", _("Instrument waits no longer")
    GATEWAY_REGISTER = "gateway:register", _("Gateway registered")
    GATEWAY_REVOKE = "gateway:revoke", _("Gateway's token revoked")
    READING_STORE = "reading:store", _("Readings stored")
    READING_CLAIM = "reading:claim", _("Reading used")

    # quality
    DEVIATION_OPEN = "deviation:open", _("Deviation opened")
    DEVIATION_CLOSE = "deviation:close", _("Deviation closed")
    CHANGE_OPEN = "change:open", _("Change opened")
    CHANGE_DECIDE = "change:decide", _("Change decided")

    # lab
    INSPECTION_OPEN = "inspection:open", _("Inspection opened")
    RESULT_ENTER = "result:enter", _("Result entered")
    RESULT_CORRECT = "result:correct", _("Result corrected")
    INSPECTION_FINISH = "inspection:finish", _("Entry of results finished")
    INSPECTION_SEND_BACK = "inspection:send_back", _("Inspection sent back")
    SAMPLE_LIST = "sample:list", _("List to draw from sealed")
    SAMPLE_OPEN = "sample:open", _("Drawn units opened")
    INSPECTION_REVIEW = "inspection:review", _("Inspection reviewed")
    INSPECTION_DECIDE = "inspection:decide", _("Inspection decided")
    SAMPLE_TAKE = "sample:take", _("Sample taken")
    SAMPLE_HAND = "sample:hand", _("Sample handed on")
    SAMPLE_LABEL = "sample:label", _("Label of a sample printed")
    TALLY_COUNT = "tally:count", _("Pieces counted")
    TALLY_UNDO = "tally:undo", _("Count taken back")
    CERTIFICATE_VALUE = "certificate:value", _("Value of a supplier's certificate entered")
    COLUMN_MAP = "column:map", _("Columns of an instrument's files said")
    RESULT_FILE = "result:file", _("File of an instrument kept")
    RESULT_IMPORT = "result:import", _("Results taken from a file")
    INVESTIGATION_OPEN = "investigation:open", _("Investigation of a result opened")
    INVESTIGATION_CHECK = "investigation:check", _("Check of an investigation recorded")
    INVESTIGATION_WIDEN = "investigation:widen", _("Investigation taken beyond the laboratory")
    INVESTIGATION_CONCLUDE = "investigation:conclude", _("Investigation concluded")
    RETEST_APPROVE = "retest:approve", _("Retest approved")
    RETEST_ENTER = "retest:enter", _("Result of a retest entered")
    RESULT_RECHECK = "result:recheck", _("Result of a doubtful instrument re-evaluated")
    LABORATORY_REGISTER = "laboratory:register", _("Outside laboratory registered")
    LABORATORY_SUSPEND = "laboratory:suspend", _("Outside laboratory suspended")
    REPORT_ADD = "report:add", _("Report of an outside laboratory recorded")

    # materials
    SUPPLIER_CREATE = "supplier:create", _("Supplier entered")
    SUPPLIER_CHANGE = "supplier:change", _("Supplier changed")
    CREDENTIAL_ADD = "credential:add", _("Credential verified")
    CREDENTIAL_WITHDRAW = "credential:withdraw", _("Credential withdrawn")
    CREDENTIAL_OWNER = "credential:owner", _("Credential handed over")
    CREDENTIAL_RULE = "credential:rule", _("Required credentials changed")
    EVALUATION_KEEP = "evaluation:keep", _("Evaluation of a supplier kept")
    APPROVAL_DECIDE = "approval:decide", _("Approval of a supplier for a material decided")
    MATERIAL_CREATE = "material:create", _("Material entered")
    SPECIFICATION_DRAFT = "specification:draft", _("Specification drafted")
    SPECIFICATION_CHANGE = "specification:change", _("Draft of a specification changed")
    SPECIFICATION_APPROVE = "specification:approve", _("Specification put in force")
    SAMPLING_RULE = "sampling:rule", _("Ruling about sampling signed")
    ORDER_DRAFT = "order:draft", _("Order written")
    ORDER_CHANGE = "order:change", _("Lines of an order changed")
    ORDER_PLACE = "order:place", _("Order placed")
    ORDER_DELIVERED = "order:delivered", _("Goods of an order came")
    ORDER_CLOSE = "order:close", _("Order closed")
    ORDER_CANCEL = "order:cancel", _("Order cancelled")
    GOODS_REFUSE = "goods:refuse", _("Goods refused at the door")
    LOT_RECEIVE = "lot:receive", _("Lot received")
    LOT_DECIDE = "lot:decide", _("Lot decided")
    LOT_CONDITIONAL = "lot:conditional", _("Lot released conditionally")
    LOT_SORT = "lot:sort", _("Rolls of a lot inspected one by one")
    LOT_PART = "lot:part", _("Lot rejected in part")

    # dispositions
    GOODS_RETURN = "goods:return", _("Rejected goods returned to the supplier")
    DESTRUCTION_PLAN = "destruction:plan", _("Destruction of rejected goods planned")
    DESTRUCTION_WITNESS = "destruction:witness", _("Destruction witnessed")
    DESTRUCTION_CANCEL = "destruction:cancel", _("Planned destruction cancelled")
    REGRADE_REQUEST = "regrade:request", _("Regrade requested")
    REGRADE_DECIDE = "regrade:decide", _("Regrade decided")
    RETEST_RULE = "retest:rule", _("Retest interval of a material set")
    RETEST_OPEN = "retest:open", _("Retest of a lot opened")
    RETEST_DECIDE = "retest:decide", _("Retest of a lot decided")

    # materials: the warehouse
    LOCATION_ENTER = "location:enter", _("Place entered")
    LOCATION_STATE = "location:state", _("Place closed or opened again")
    UNIT_PLACE = "unit:place", _("Unit put into a place")
    COUNT_OPEN = "count:open", _("Stock count opened")
    COUNT_UNIT = "count:unit", _("Unit counted")
    COUNT_FINISH = "count:finish", _("Stock count finished")
    COUNT_RECOUNT = "count:recount", _("Stock count sent back to be counted again")
    COUNT_APPROVE = "count:approve", _("Stock count approved")
    COUNT_LIMIT = "count:limit", _("Limit of stock counts set")
    STORAGE_LIMIT = "storage:limit", _("Storage limits set")
    STORAGE_READ = "storage:read", _("Storage conditions recorded")
    STORAGE_EXCURSION = "storage:excursion", _("Excursion of storage conditions")

    # products
    PRODUCT_REGISTER = "product:register", _("Product registered")
    PRODUCT_CHANGE = "product:change", _("Product changed")
    PRODUCT_STATE = "product:state", _("Product withdrawn or taken up again")
    LICENCE_ADD = "licence:add", _("Licence recorded")
    LICENCE_REVOKE = "licence:revoke", _("Licence revoked")

    # labels
    LABEL_PRINT = "label:print", _("Label printed")

    # batches
    MASTER_DRAFT = "master:draft", _("Master record drafted")
    MASTER_REVISE = "master:revise", _("Draft of a master record changed")
    MASTER_APPROVE = "master:approve", _("Master record put in force")
    MASTER_RETIRE = "master:retire", _("Master record retired")
    BATCH_PLAN = "batch:plan", _("Batch planned")
    BATCH_CANCEL = "batch:cancel", _("Batch cancelled")
    CLEARANCE_DO = "clearance:do", _("Line cleared")
    CLEARANCE_CHECK = "clearance:check", _("Line clearance checked")
    BATCH_START = "batch:start", _("Batch started")
    BATCH_PICK = "batch:pick", _("Material fetched for a batch")
    BATCH_ISSUE = "batch:issue", _("Material issued to a batch")
    BATCH_RETURN = "batch:return", _("Unused material returned from a batch")
    BATCH_OUTPUT = "batch:output", _("Output recorded")
    BATCH_OUTPUT_REVERSE = "batch:output-reverse", _("Output entry reversed")
    BATCH_PACK = "batch:pack", _("Boxes and cartons packed")
    BATCH_UNPACK = "batch:unpack", _("Carton unpacked")
    BATCH_COMPLETE = "batch:complete", _("Production completed")
    BATCH_EXPLAIN = "batch:explain", _("Difference of a balance explained")
    BATCH_CONCLUDE = "batch:conclude", _("Batch concluded")

    # release
    RELEASE_TEST = "release:test", _("Factory test of a batch opened")
    LIMIT_ENTER = "limit:enter", _("Limit entered from the bought standard")
    RELEASE_REVIEW = "release:review", _("Batch record reviewed")
    RELEASE_SIGN = "release:sign", _("Batch released")
    RELEASE_REJECT = "release:reject", _("Batch rejected")

    # shipping
    CONSIGNEE_CREATE = "consignee:create", _("Consignee entered")
    CONSIGNEE_TERMS = "consignee:terms", _("Terms of a consignee changed")
    SHIPMENT_OPEN = "shipment:open", _("Shipment opened")
    SHIPMENT_PICK = "shipment:pick", _("Carton picked")
    SHIPMENT_REMOVE = "shipment:remove", _("Carton taken off a shipment")
    SHIPMENT_CHECK = "shipment:check", _("Carton checked by a second person")
    SHIPMENT_CONFIRM = "shipment:confirm", _("Shipment confirmed")
    SHIPMENT_CANCEL = "shipment:cancel", _("Shipment cancelled")

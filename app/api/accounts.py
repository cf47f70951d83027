"""Accounts: list, look at, add, change, import."""

import msgspec

from app.access import Action
from app.api.endpoint import Api, Call, Upload
from app.schemas.accounts import (
    AccountChange,
    AccountPage,
    AccountQuery,
    AccountView,
    ImportForm,
    ImportRequest,
    NewAccount,
    account_view,
)
from app.schemas.jobs import JobView, job_view
from app.services.edit_accounts import add_account, change_account, list_accounts, read_account, windows_of
from app.services.errors import InvalidInput, at_most
from app.storage.records import AccountFacts, AccountFilter

api = Api("accounts")


@api.operation(
    "GET", "/v1/accounts", action=Action.READ_ACCOUNTS, query=AccountQuery, answer=AccountPage, summary="List accounts"
)
def get_accounts(call: Call[None, AccountQuery]) -> AccountPage:
    """Ordered by id; `after` is the id that the last page ended with."""
    asked = call.query
    at_most("limit", asked.limit, call.app.settings.max_page_size, "BEATPLAN_MAX_PAGE_SIZE")
    wanted = AccountFilter(
        text=asked.search, category=asked.category, account_class=asked.account_class, rep_id=asked.rep_id
    )
    found = list_accounts(call.app.storage, call.organisation_id, asked.after, asked.limit, wanted)
    return AccountPage([account_view(one) for one in found], found[-1].id if len(found) == asked.limit else None)


@api.operation(
    "GET", "/v1/accounts/<int:account_id>", action=Action.READ_ACCOUNTS, answer=AccountView, summary="One account"
)
def get_account(call: Call[None, None], account_id: int) -> AccountView:
    """With its score and the reasons for it."""
    return account_view(read_account(call.app.storage, call.organisation_id, account_id))


@api.operation(
    "POST",
    "/v1/accounts",
    action=Action.WRITE_ACCOUNTS,
    body=NewAccount,
    answer=AccountView,
    status=201,
    creates=True,
    location="/v1/accounts/{id}",
    summary="Add an account",
)
def post_account(call: Call[NewAccount, None]) -> AccountView:
    """It joins a territory with the next redraw."""
    new, settings = call.body, call.app.settings
    at_most("notes", len(new.notes), settings.max_note_chars, "BEATPLAN_MAX_NOTE_CHARS", what="characters of notes")
    facts = AccountFacts(
        code=new.code,
        name=new.name,
        lon=new.lon,
        lat=new.lat,
        category=new.category,
        street=new.street,
        house_number=new.house_number,
        postcode=new.postcode,
        city=new.city,
        potential=new.potential,
        service_s=round((new.service_minutes or 0) * 60),
        visits_per_period=new.visits_per_period,
        required_skills=tuple(new.skills),
        windows=windows_of(new.opening_hours),
        opening_hours=new.opening_hours,
        locked_rep_id=new.locked_rep_id,
        last_visit_on=new.last_visit_on,
        notes=new.notes,
    )
    app = call.app
    return account_view(add_account(app.storage, app.maps, app.tables, call.organisation_id, facts))


@api.operation(
    "PATCH",
    "/v1/accounts/<int:account_id>",
    action=Action.WRITE_ACCOUNTS,
    body=AccountChange,
    answer=AccountView,
    summary="Change an account",
)
def patch_account(call: Call[AccountChange, None], account_id: int) -> AccountView:
    """What is left out stays as it is; `locked_rep_id` pins the account to a rep, null frees it.

    `last_visit_on` puts right what was reported by mistake.
    """
    most = call.app.settings.max_note_chars
    if isinstance(call.body.notes, str):
        at_most("notes", len(call.body.notes), most, "BEATPLAN_MAX_NOTE_CHARS", what="characters of notes")
    changes = {k: v for k, v in msgspec.structs.asdict(call.body).items() if v is not msgspec.UNSET}
    return account_view(change_account(call.app.storage, call.organisation_id, account_id, changes))


@api.operation(
    "POST",
    "/v1/accounts/imports",
    action=Action.WRITE_ACCOUNTS,
    body=ImportRequest,
    form=ImportForm,
    answer=JobView,
    status=202,
    creates=True,
    location="/v1/jobs/{id}",
    summary="Import accounts from a CSV or XLSX file",
)
def post_account_import(call: Call[ImportRequest | Upload, None]) -> JobView:
    """A job whose result is the report: row by row what is wrong, and how many were imported."""
    return submit_import(call, "import_accounts")


def submit_import(call: Call[ImportRequest | Upload, None], kind: str) -> JobView:
    """Keep the file and queue the job. Raises InvalidInput, LimitExceeded."""
    asked, app = call.body, call.app
    if isinstance(asked, Upload):
        mode, filename = asked.form.mode, asked.file.filename or asked.form.filename
        if not filename:
            raise InvalidInput("filename is empty; its ending tells what the file is", field="filename")
        upload = app.uploads.keep(asked.file.stream)
    else:
        mode, filename = asked.mode, asked.filename
        upload = app.uploads.keep_base64(asked.content_base64)
    given = {"upload": upload, "filename": filename, "mode": mode}
    return job_view(app.queue.submit(call.organisation_id, kind, given, f"key {call.principal.key_id}"))

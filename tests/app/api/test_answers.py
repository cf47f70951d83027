"""Every endpoint answers, its answer is what the OpenAPI document says, and nobody sees what is not theirs."""

import re
from uuid import UUID

import jsonschema
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

DAY = "2026-11-16"


def gets(api):
    """(path of the document, address, who): each GET with an address that answers 200."""
    rep = api.rep_ids[0]
    (one,) = api.read("/v1/accounts?limit=1")["items"]
    account, lon, lat = one["id"], one["lon"], one["lat"]
    (source, *_) = api.read("/map/style.json")["sources"].values()
    address = source["tiles"][0].split("localhost", 1)[1].format(z=12, x=1706, y=1473)
    return [
        ("/v1/accounts", "/v1/accounts?limit=3&search=a", "manager"),
        ("/v1/accounts/{account_id}", f"/v1/accounts/{account}", "manager"),
        ("/v1/reps", "/v1/reps", "manager"),
        ("/v1/reps/{rep_id}", f"/v1/reps/{rep}", "manager"),
        ("/v1/territories/current", "/v1/territories/current", "manager"),
        ("/v1/territories/history", "/v1/territories/history?limit=5", "manager"),
        ("/v1/territories/compare", "/v1/territories/compare?left=1&right=1", "manager"),
        ("/v1/territories/{version}", "/v1/territories/1", "manager"),
        ("/v1/territories/{version}/units", "/v1/territories/1/units", "manager"),
        ("/v1/reps/{rep_id}/days/{day}", f"/v1/reps/{rep}/days/{DAY}", "rep"),
        ("/v1/reps/{rep_id}/days", f"/v1/reps/{rep}/days?from={DAY}&to={DAY}", "rep"),
        ("/v1/days/{day}", f"/v1/days/{DAY}", "dispatcher"),
        ("/v1/quotas/current", "/v1/quotas/current", "manager"),
        ("/v1/sizing", "/v1/sizing", "manager"),
        ("/v1/scoring", "/v1/scoring", "manager"),
        ("/v1/jobs", "/v1/jobs", "dispatcher"),
        ("/v1/keys", "/v1/keys", "admin"),
        ("/v1/network/speeds", "/v1/network/speeds", "rep"),
        ("/v1/network/periods", "/v1/network/periods", "rep"),
        ("/v1/network/speeds/shapes", "/v1/network/speeds/shapes", "rep"),
        ("/v1/network/road", f"/v1/network/road?lon={lon}&lat={lat}", "rep"),
        ("/v1/isochrones", f"/v1/isochrones?account_id={account}&minutes=3,5", "manager"),
        ("/v1/reps/{rep_id}/isochrones", f"/v1/reps/{rep}/isochrones?minutes=3", "rep"),
        ("/v1/accounts/nearest", f"/v1/accounts/nearest?home_of={rep}&limit=5", "dispatcher"),
        ("/v1/reps/{rep_id}/accounts/nearest", f"/v1/reps/{rep}/accounts/nearest?limit=5", "rep"),
        ("/v1/reps/{rep_id}/days/{day}/detours", f"/v1/reps/{rep}/days/{DAY}/detours?limit=5", "rep"),
        ("/v1/me", "/v1/me", "rep"),
        ("/health", "/health", None),
        ("/metrics", "/metrics", None),
        ("/openapi.json", "/openapi.json", None),
        ("/map/style.json", "/map/style.json", None),
        ("/map/tiles/{network_id}/{z}/{x}/{y}.mvt", address, None),
        ("/nearest/v1/{profile}/{coordinates}", "/nearest/v1/car/-30,45?number=2", None),
        ("/table/v1/{profile}/{coordinates}", "/table/v1/car/-30,45;-29.9,45.1?annotations=duration,distance", None),
        ("/route/v1/{profile}/{coordinates}", "/route/v1/car/-30,45;-29.9,45.1?steps=true&annotations=true", None),
        ("/trip/v1/{profile}/{coordinates}", "/trip/v1/car/-30,45;-29.9,45.1;-30,45.1", None),
        ("/match/v1/{profile}/{coordinates}", f"/match/v1/car/{lon},{lat};{lon},{lat}?radiuses=100;100", None),
    ]


def checked(document, answer, operation):
    """The answer against the schema of its status."""
    described = operation["responses"][str(answer.status_code)]
    if "content" not in described:
        assert not answer.data
        return
    (media, content), *_ = described["content"].items()
    assert answer.mimetype == media, answer.headers
    if "schema" in content:
        schema = {**content["schema"], "components": document["components"]}
        jsonschema.Draft202012Validator(schema).validate(answer.get_json())


def test_every_get_answers_as_its_schema_says(quiet_api):
    document = quiet_api.read("/openapi.json")
    seen = set()
    for path, address, who in gets(quiet_api):
        answer = quiet_api.get(address, who)
        assert answer.status_code == 200, (address, answer.text)
        checked(document, answer, document["paths"][path]["get"])
        seen.add(path)
    only_after_a_redraw_or_job = {"/v1/territories/draft", "/v1/jobs/{job_id}"}
    assert seen | only_after_a_redraw_or_job == {p for p, described in document["paths"].items() if "get" in described}


def test_draft_and_job_answer_as_their_schemas_say(api):
    document = api.read("/openapi.json")
    job = api.job(api.post("/v1/territories/redraw", {"moves_per_unit": 10}))
    assert job["state"] == "done", job
    for path, address in (("/v1/territories/draft",) * 2, ("/v1/jobs/{job_id}", f"/v1/jobs/{job['id']}")):
        checked(document, api.get(address), document["paths"][path]["get"])


def test_the_document_is_openapi_3_1(quiet_api):
    document = quiet_api.read("/openapi.json")
    assert document["openapi"].startswith("3.1.")
    OpenAPIV31SpecValidator(document).validate()


def test_the_document_and_the_url_map_name_the_same_operations(quiet_api):
    document = quiet_api.read("/openapi.json")
    described = {(m.upper(), path) for path, ops in document["paths"].items() for m in ops}
    pages = ("/", "/rep", "/manager", "/docs", "/static/<path:name>", "/sw.js", "/manifest.webmanifest")
    served = {
        (method, "".join(f"{{{data}}}" if converter else data for converter, data in parts(rule)))
        for rule in quiet_api.client.application.url_map.iter_rules()
        if rule.endpoint.split(".")[0] not in ("pages", "osrm_others") and rule.rule not in pages
        for method in rule.methods - {"HEAD", "OPTIONS"}
    }
    assert described == served


def parts(rule):
    """(is a variable, text) of a rule."""
    for text in re.split(r"(<[^>]+>)", rule.rule):
        yield (True, text[1:-1].split(":")[-1]) if text.startswith("<") else (False, text)


def test_every_reference_resolves(quiet_api):
    document = quiet_api.read("/openapi.json")
    names = set(document["components"]["schemas"])

    def walk(node):
        if isinstance(node, dict):
            if "$ref" in node:
                assert node["$ref"].rsplit("/", 1) == ["#/components/schemas", node["$ref"].rsplit("/", 1)[1]]
                assert node["$ref"].rsplit("/", 1)[1] in names, node
            for child in node.values():
                walk(child)
        elif isinstance(node, list):
            for child in node:
                walk(child)

    walk(document)


def test_what_the_document_calls_protected_needs_a_key_and_nothing_else_does(quiet_api):
    document = quiet_api.read("/openapi.json")
    open_to_all = {path for path, ops in document["paths"].items() for one in ops.values() if "security" not in one}
    assert open_to_all == {
        "/health", "/metrics", "/openapi.json", "/map/style.json", "/map/tiles/{network_id}/{z}/{x}/{y}.mvt",
        "/nearest/v1/{profile}/{coordinates}", "/nearest/v1/{profile}",
        "/table/v1/{profile}/{coordinates}", "/table/v1/{profile}",
        "/route/v1/{profile}/{coordinates}", "/route/v1/{profile}", "/trip/v1/{profile}/{coordinates}",
        "/match/v1/{profile}/{coordinates}", "/match/v1/{profile}",
    }  # fmt: skip
    for path, ops in document["paths"].items():
        for method, described in ops.items():
            address = path.replace("{day}", DAY).replace("{job_id}", str(UUID(int=0)))
            for name in ("rep_id", "account_id", "version", "key_id", "change_id", "z", "x", "y"):
                address = address.replace(f"{{{name}}}", "1")
            if "security" in described:
                assert described["security"] == [{"key": []}, {"header": []}]
                answer = quiet_api.ask(method.upper(), address, None)
                assert answer.status_code == 401, (method, address)
                assert answer.headers["WWW-Authenticate"] == "Bearer"
                assert answer.mimetype == "application/problem+json"


def test_operations_have_names_of_their_own(quiet_api):
    document = quiet_api.read("/openapi.json")
    names = [one["operationId"] for ops in document["paths"].values() for one in ops.values()]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ({}, "no key"),
        ({"Authorization": "Bearer nonsense"}, "no key's form"),
        ({"Authorization": "Bearer bp_aaaaaaaa_" + "a" * 43}, "unknown"),
        ({"Authorization": "Basic dTpw"}, "another scheme"),
        ({"X-Api-Key": "bp_aaaaaaaa_" + "a" * 43}, "unknown, other header"),
    ],
)
def test_without_a_good_key_the_answer_is_401(quiet_api, headers, why):
    answer = quiet_api.get("/v1/me", None, headers=headers)
    assert answer.status_code == 401, why
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.get_json() | {"detail": ""} == {
        "type": "about:blank", "title": "A key is needed", "status": 401, "detail": "", "code": "unauthorised"
    }  # fmt: skip


def test_the_key_may_come_in_its_own_header(quiet_api):
    assert quiet_api.get("/v1/me", None, headers={"X-Api-Key": quiet_api.keys["rep"]}).status_code == 200


FORBIDDEN = [
    ("rep", "GET", "/v1/accounts"),
    ("rep", "GET", "/v1/reps"),
    ("rep", "GET", "/v1/territories/current"),
    ("rep", "GET", f"/v1/days/{DAY}"),
    ("rep", "POST", f"/v1/days/{DAY}/plan"),
    ("rep", "POST", "/v1/matrices"),
    ("rep", "GET", "/v1/jobs"),
    ("rep", "GET", "/v1/keys"),
    ("dispatcher", "POST", "/v1/accounts"),
    ("dispatcher", "POST", "/v1/territories/redraw"),
    ("dispatcher", "POST", "/v1/quotas"),
    ("dispatcher", "PUT", "/v1/scoring"),
    ("dispatcher", "POST", "/v1/reps"),
    ("manager", "GET", "/v1/keys"),
    ("manager", "POST", "/v1/keys"),
    ("manager", "DELETE", "/v1/keys/1"),
]


@pytest.mark.parametrize(("who", "method", "path"), FORBIDDEN)
def test_a_role_that_may_not_is_told_so(quiet_api, who, method, path):
    answer = quiet_api.ask(method, path, who)
    assert answer.status_code == 403
    assert answer.get_json()["code"] == "forbidden"
    assert who in answer.get_json()["detail"]


def test_a_rep_reads_and_writes_only_what_is_its_own(quiet_api):
    mine, other = quiet_api.rep_ids[:2]
    for path, method in (("days", "GET"), (f"days/{DAY}", "GET"), ("outcomes", "POST")):
        assert quiet_api.ask(method, f"/v1/reps/{other}/{path}", "rep").status_code == 403, path
    assert quiet_api.get(f"/v1/reps/{mine}/days/{DAY}", "rep").status_code == 200
    assert quiet_api.get(f"/v1/reps/{other}/days/{DAY}", "other rep").status_code == 200
    assert quiet_api.get(f"/v1/reps/{999_999}/days/{DAY}", "rep").status_code == 403


def test_another_organisations_rows_are_not_there(quiet_api):
    rep = quiet_api.rep_ids[0]
    account = quiet_api.read("/v1/accounts?limit=1")["items"][0]["id"]
    outcome = {"outcomes": []}
    for method, path, body in (
        ("GET", f"/v1/accounts/{account}", None),
        ("PATCH", f"/v1/accounts/{account}", {"name": "Mine now"}),
        ("GET", f"/v1/reps/{rep}", None),
        ("GET", f"/v1/reps/{rep}/days/{DAY}", None),
        ("GET", f"/v1/reps/{rep}/days", None),
        ("POST", f"/v1/reps/{rep}/outcomes", outcome),
        ("GET", "/v1/territories/current", None),
        ("GET", "/v1/territories/1", None),
        ("GET", "/v1/territories/1/units", None),
        ("GET", "/v1/quotas/current", None),
        ("DELETE", "/v1/keys/1", None),
    ):
        answer = quiet_api.ask(method, path, "stranger", json=body)
        assert answer.status_code == 404, (method, path, answer.text)
        assert answer.get_json()["status"] == 404
    assert len(quiet_api.read("/v1/accounts", "stranger")["items"]) == 3
    assert {one["code"] for one in quiet_api.read("/v1/reps", "stranger")["items"]} == {"R1", "R2"}
    assert quiet_api.read(f"/v1/days/{DAY}", "stranger")["days"] == []
    assert quiet_api.read("/v1/jobs", "stranger")["items"] == []
    assert quiet_api.read("/v1/territories/history", "stranger")["items"] == []
    assert {one["role"] for one in quiet_api.read("/v1/keys", "stranger")["items"]} == {"admin", "rep"}


def test_another_organisations_job_is_not_there(api):
    job = api.post("/v1/territories/redraw", {"moves_per_unit": 0}).get_json()["id"]
    assert api.get(f"/v1/jobs/{job}", "stranger").status_code == 404
    assert api.post(f"/v1/jobs/{job}/cancel", None, "stranger").status_code == 404
    assert api.read(f"/v1/jobs/{job}")["state"] == "queued"

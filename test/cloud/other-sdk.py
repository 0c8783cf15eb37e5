"""Asks the simulated account, through boto3, for what AWS's documentation promises.

Reads the endpoints (the line that `npm run cloud` prints) from standard input and prints one JSON object a check:
{"title": ..., "fault": null or what went wrong}.
"""

import json
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from botocore.utils import InstanceMetadataFetcher

ENDPOINTS = json.load(sys.stdin)
KEYS = {
    "aws_access_key_id": "AKIASIMULATEDCLOUD00",
    "aws_secret_access_key": "simulated-cloud-secret-of-no-worth-00000",
}
ENI_1, ENI_2, ENI_3 = ("eni-0000000000000000%d" % n for n in (1, 2, 3))
ZONE = "Z00000000000000DEMO1"


def client(service, **keys):
    return boto3.client(
        service,
        endpoint_url=ENDPOINTS[service],
        region_name=ENDPOINTS["region"],
        config=Config(retries={"total_max_attempts": 1}),
        **(keys or KEYS),
    )


EC2, ROUTE53 = client("ec2"), client("route53")


def addresses(eni):
    (found,) = EC2.describe_network_interfaces(NetworkInterfaceIds=[eni])["NetworkInterfaces"]
    return [item["PrivateIpAddress"] for item in found["PrivateIpAddresses"]]


def assign(eni, *ips, **options):
    return EC2.assign_private_ip_addresses(NetworkInterfaceId=eni, PrivateIpAddresses=list(ips), **options)


def change(*changes):
    return ROUTE53.change_resource_record_sets(HostedZoneId=ZONE, ChangeBatch={"Changes": list(changes)})


def record(action, name, *values):
    records = [{"Value": value} for value in values]
    return {"Action": action, "ResourceRecordSet": {"Name": name, "Type": "A", "TTL": 5, "ResourceRecords": records}}


def values_of(name):
    page = ROUTE53.list_resource_record_sets(HostedZoneId=ZONE, StartRecordName=name, StartRecordType="A", MaxItems="1")
    return [
        item["Value"]
        for found in page["ResourceRecordSets"]
        if found["Name"] == name and found["Type"] == "A"
        for item in found["ResourceRecords"]
    ]


def refused(code, call, *args, **kwargs):
    try:
        call(*args, **kwargs)
    except ClientError as error:
        told = error.response["Error"]
        assert told["Code"] == code, "%s instead of %s" % (told, code)
        assert error.response["ResponseMetadata"]["RequestId"], "no request id"
        return told["Message"]
    raise AssertionError("not refused with %s" % code)


def assigns_an_address():
    reply = assign(ENI_1, "10.0.1.200")
    assert reply["NetworkInterfaceId"] == ENI_1, reply
    assert [item["PrivateIpAddress"] for item in reply["AssignedPrivateIpAddresses"]] == ["10.0.1.200"], reply
    assert addresses(ENI_1) == ["10.0.1.11", "10.0.1.200"], addresses(ENI_1)


def refuses_to_move_without_reassignment():
    message = refused("InvalidParameterValue", assign, ENI_2, "10.0.1.200", AllowReassignment=False)
    assert "10.0.1.200" in message, message
    assert addresses(ENI_1) == ["10.0.1.11", "10.0.1.200"]


def moves_with_reassignment():
    assign(ENI_2, "10.0.1.200", AllowReassignment=True)
    assert addresses(ENI_1) == ["10.0.1.11"]
    assert addresses(ENI_2) == ["10.0.1.12", "10.0.1.200"]


def never_moves_a_primary():
    refused("InvalidParameterValue", assign, ENI_2, "10.0.1.11", AllowReassignment=True)
    assert addresses(ENI_1) == ["10.0.1.11"]


def fails_whole_on_one_bad_address():
    refused("InvalidParameterValue", assign, ENI_1, "10.0.1.201", "10.0.2.201", AllowReassignment=True)
    assert addresses(ENI_1) == ["10.0.1.11"]


def keeps_the_limit_of_the_instance_type():
    ips = ["10.0.1.%d" % n for n in range(210, 220)]
    refused("PrivateIpAddressLimitExceeded", assign, ENI_1, *ips)
    assert addresses(ENI_1) == ["10.0.1.11"]


def unassigns_only_what_is_held():
    call = EC2.unassign_private_ip_addresses
    refused("InvalidParameterValue", call, NetworkInterfaceId=ENI_1, PrivateIpAddresses=["10.0.1.200"])
    call(NetworkInterfaceId=ENI_2, PrivateIpAddresses=["10.0.1.200"])
    assert addresses(ENI_2) == ["10.0.1.12"]


def names_an_unknown_interface():
    refused("InvalidNetworkInterfaceID.NotFound", assign, "eni-0123456789abcdef0", "10.0.1.200")


def finds_the_holder_by_filter():
    assign(ENI_3, "10.0.2.200")
    query = [{"Name": "addresses.private-ip-address", "Values": ["10.0.2.200"]}]
    found = EC2.describe_network_interfaces(Filters=query)["NetworkInterfaces"]
    assert [item["NetworkInterfaceId"] for item in found] == [ENI_3], found
    assert found[0]["Attachment"]["InstanceId"] == "i-00000000000000003", found


def pages_through_interfaces():
    paginator = EC2.get_paginator("describe_network_interfaces")
    pages = list(paginator.paginate(PaginationConfig={"PageSize": 5}))
    found = [item["NetworkInterfaceId"] for page in pages for item in page["NetworkInterfaces"]]
    assert sorted(found) == [ENI_1, ENI_2, ENI_3], found


def changes_records_by_compare_and_set():
    name = "redis-0.demo-firecamp.com."
    change(record("CREATE", name, "10.0.1.11"))
    change(record("DELETE", name, "10.0.1.11"), record("CREATE", name, "10.0.1.12"))
    message = refused(
        "InvalidChangeBatch",
        change,
        record("DELETE", name, "10.0.1.11"),
        record("CREATE", name, "10.0.2.13"),
    )
    assert "do not match the current values" in message, message
    assert values_of(name) == ["10.0.1.12"], values_of(name)


def waits_until_a_change_is_insync():
    info = change(record("UPSERT", "Redis-1.DEMO-firecamp.com", "10.0.1.12"))["ChangeInfo"]
    assert info["Status"] == "PENDING", info
    waiter = ROUTE53.get_waiter("resource_record_sets_changed")
    waiter.wait(Id=info["Id"], WaiterConfig={"Delay": 1, "MaxAttempts": 10})
    assert values_of("redis-1.demo-firecamp.com.") == ["10.0.1.12"]
    refused("NoSuchChange", ROUTE53.get_change, Id="C0000000000MADEUP")


def pages_through_records():
    change(*(record("CREATE", "m-%d.demo-firecamp.com" % n, "10.0.1.11") for n in range(5)))
    change(record("CREATE", "*.demo-firecamp.com", "10.0.1.11"))
    paginator = ROUTE53.get_paginator("list_resource_record_sets")
    pages = list(paginator.paginate(HostedZoneId=ZONE, PaginationConfig={"PageSize": "2"}))
    found = [item["Name"] for page in pages for item in page["ResourceRecordSets"]]
    assert len(pages) == 5, len(pages)
    assert len(set(found)) == 9 and "\\052.demo-firecamp.com." in found, found


def names_an_unknown_zone():
    refused("NoSuchHostedZone", ROUTE53.list_resource_record_sets, HostedZoneId="Z0000000000MADEUP")


def tells_who_calls():
    assert client("sts").get_caller_identity()["Arn"].endswith(":user/simulated")


def gives_an_instance_the_credentials_of_its_role():
    fetcher = InstanceMetadataFetcher(base_url=ENDPOINTS["imds"]["i-00000000000000001"])
    found = fetcher.retrieve_iam_role_credentials()
    assert found.get("role_name") == "demo-node", found.get("role_name")
    keys = {
        "aws_access_key_id": found["access_key"],
        "aws_secret_access_key": found["secret_key"],
        "aws_session_token": found["token"],
    }
    arn = client("sts", **keys).get_caller_identity()["Arn"]
    assert ":assumed-role/demo-node/" in arn, arn
    client("route53", **keys).get_hosted_zone(Id=ZONE)


def refuses_a_wrong_secret():
    keys = {"aws_access_key_id": "AKIASIMULATEDCLOUD00", "aws_secret_access_key": "wrong"}
    refused("SignatureDoesNotMatch", client("route53", **keys).get_hosted_zone, Id=ZONE)


CHECKS = [
    assigns_an_address,
    refuses_to_move_without_reassignment,
    moves_with_reassignment,
    never_moves_a_primary,
    fails_whole_on_one_bad_address,
    keeps_the_limit_of_the_instance_type,
    unassigns_only_what_is_held,
    names_an_unknown_interface,
    finds_the_holder_by_filter,
    pages_through_interfaces,
    changes_records_by_compare_and_set,
    waits_until_a_change_is_insync,
    pages_through_records,
    names_an_unknown_zone,
    tells_who_calls,
    gives_an_instance_the_credentials_of_its_role,
    refuses_a_wrong_secret,
]

for check in CHECKS:
    try:
        check()
        fault = None
    except Exception as error:  # any failure of a check is its result
        fault = "%s: %s" % (type(error).__name__, error)
    print(json.dumps({"title": check.__name__.replace("_", " "), "fault": fault}), flush=True)

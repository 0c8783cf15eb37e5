#!/bin/bash
# Gives this instance an interface for members, before kubelet and so before the VPC CNI takes the place: for user data.
# Needs the AWS CLI, and of the instance's role what AmazonEKS_CNI_Policy allows.
set -euo pipefail
cluster=prod

metadata=http://169.254.169.254/latest
token=$(curl -sf -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 300' "$metadata/api/token")
of_instance() { curl -sf -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }
instance=$(of_instance instance-id)
primary=network/interfaces/macs/$(of_instance mac)
subnet=$(of_instance "$primary/subnet-id")
groups=$(of_instance "$primary/security-group-ids")
AWS_DEFAULT_REGION=$(of_instance placement/region)
export AWS_DEFAULT_REGION

# With the same token EC2 makes no second one. The tags are those of `firecamp node prepare`, which can go on with it and remove it.
# shellcheck disable=SC2086
interface=$(aws ec2 create-network-interface --client-token "firecamp-$cluster-$instance" \
  --subnet-id "$subnet" --groups $groups --description "members of the FireCamp cluster $cluster on $instance" \
  --tag-specifications "ResourceType=network-interface,Tags=[{Key=node.k8s.amazonaws.com/no_manage,Value=true},{Key=firecamp-worker,Value=$cluster},{Key=firecamp-cluster,Value=$cluster},{Key=firecamp-node,Value=$instance}]" \
  --query NetworkInterface.NetworkInterfaceId --output text)
# For some seconds EC2 may not know what it has just made.
for _ in {1..15}; do
  attachment=$(aws ec2 attach-network-interface --network-interface-id "$interface" \
    --instance-id "$instance" --device-index 1 --query AttachmentId --output text) && break
  sleep 2
done
aws ec2 modify-network-interface-attribute --network-interface-id "$interface" \
  --attachment "AttachmentId=${attachment:?was not attached},DeleteOnTermination=true"

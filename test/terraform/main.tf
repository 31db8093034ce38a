# What a real Terraform plans for these resources and the state in state.json is in plan.json; `node test/terraform/record.ts`
# makes it anew.
terraform {
  required_providers {
    openstack = { source = "terraform-provider-openstack/openstack" }
  }
}

locals {
  common = { datastore = { type = "mysql", version = "8.0" } }
}

resource "terraform_data" "later" {
  input = "13"
}

resource "openstack_db_instance_v1" "created" {
  for_each  = { "eu-1" = "13", "eu.2" = "14" }
  name      = "created-${each.key}"
  region    = "RegionOne"
  flavor_id = each.value
  size      = 2
  datastore {
    type    = local.common.datastore.type
    version = local.common.datastore.version
  }
  database { name = "app" }
  user {
    name      = "ann"
    password  = terraform_data.later.output
    databases = ["app"]
  }
}

resource "openstack_db_instance_v1" "late" {
  count     = 2
  name      = "late-${count.index}"
  region    = "RegionOne"
  flavor_id = terraform_data.later.output
  size      = 1
  datastore {
    type    = "mysql"
    version = "8.0"
  }
  network { uuid = terraform_data.later.id }
}

resource "openstack_db_instance_v1" "unset" {
  name   = "unset"
  size   = 1
  region = "RegionOne"
  datastore {
    type    = "mysql"
    version = terraform_data.later.output
  }
}

resource "openstack_db_instance_v1" "replaced" {
  name      = "new-name"
  region    = "RegionOne"
  flavor_id = "13"
  size      = 1
  datastore {
    type    = "mysql"
    version = "8.0"
  }
}

resource "openstack_db_instance_v1" "resized" {
  name      = "resized"
  region    = "RegionOne"
  flavor_id = "14"
  size      = 1
  datastore {
    type    = "mysql"
    version = "8.0"
  }
}

moved {
  from = openstack_db_instance_v1.before
  to   = openstack_db_instance_v1.moved
}

resource "openstack_db_instance_v1" "moved" {
  name      = "moved"
  region    = "RegionOne"
  flavor_id = "13"
  size      = 1
  datastore {
    type    = "mysql"
    version = "8.0"
  }
}

module "shop" {
  source = "./shop"
}

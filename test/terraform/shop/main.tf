terraform {
  required_providers {
    openstack = { source = "terraform-provider-openstack/openstack" }
  }
}

resource "openstack_db_instance_v1" "db" {
  name      = "in-module"
  region    = "RegionOne"
  flavor_id = sensitive("13")
  size      = 1
  datastore {
    type    = "mysql"
    version = "8.0"
  }
}

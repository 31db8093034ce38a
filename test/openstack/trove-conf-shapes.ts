/** A trove.conf as each deployment tool lays it out, with values of our own. */
export const deployments: readonly (readonly [tool: string, text: string])[] = [
  [
    'Kolla-Ansible',
    `[DEFAULT]
debug = False

log_dir = /var/log/kolla/trove

host = 10.0.0.11

bind_port = 8779
bind_host = 10.0.0.11
trove_api_workers = 5
auth_strategy = keystone

transport_url = rabbit://openstack:r4bb1t@10.0.0.11:5672,openstack:r4bb1t@10.0.0.12:5672//

nova_compute_endpoint_type = internalURL
neutron_endpoint_type = internalURL
network_label_regex = .*

[service_credentials]
auth_url = http://10.0.0.10:5000/v3
region_name = RegionTwo
project_name = service
password = fGh34$$jK
project_domain_name = Default
user_domain_name = Default
username = trove

[database]
connection = mysql+pymysql://trove:d4t4@10.0.0.10:3306/trove
connection_recycle_time = 10
max_pool_size = 1

[keystone_authtoken]
www_authenticate_uri = http://10.0.0.10:5000
project_domain_name = Default
project_name = service
user_domain_name = Default
username = trove
password = fGh34$$jK
auth_url = http://10.0.0.10:5000
auth_type = password
cafile = /etc/ssl/certs/ca.pem
region_name = RegionTwo

[oslo_messaging_notifications]
transport_url = rabbit://openstack:r4bb1t@10.0.0.11:5672//
driver = noop

[oslo_policy]
policy_file = policy.yaml
`,
  ],
  [
    'an old Kolla-Ansible, with the old names',
    `[DEFAULT]
bind_port = 8779
nova_proxy_admin_pass = secret
nova_proxy_admin_tenant_name = service
nova_proxy_admin_user = trove
trove_auth_url = http://10.0.0.10:5000/v3
os_region_name = RegionOne
remote_nova_client = trove.common.clients_admin.nova_client_trove_admin

[database]
connection = mysql+pymysql://trove:secret@10.0.0.10/trove
max_retries = -1

[keystone_authtoken]
auth_uri = http://10.0.0.10:5000
auth_url = http://10.0.0.10:35357
auth_plugin = password
user_name = trove
tenant_name = service
password = secret
memcache_security_strategy = ENCRYPT
`,
  ],
  [
    'Puppet',
    `# managed by puppet

[DEFAULT]
# The port
#bind_port=8779
bind_port=8779
bind_host=0.0.0.0
trove_api_workers=4
debug=False
http_get_rate=200
http_post_rate=200
max_accepted_volume_size=50
max_instances_per_tenant=10
max_volumes_per_tenant=100
max_backups_per_tenant=10
admin_roles=admin,cloud_admin
cinder_volume_type=lvm
nova_compute_url=http://127.0.0.1:8774/v2.1
default_transport_url=rabbit://guest:guest@localhost:5672/

[database]
connection=mysql+pymysql://trove:secret@127.0.0.1/trove?charset=utf8
max_pool_size=10

[keystone_authtoken]
www_authenticate_uri=http://127.0.0.1:5000
auth_url=http://127.0.0.1:5000
auth_type=password
username=trove
password=secret
project_name=services
user_domain_name=Default
project_domain_name=Default
insecure=False
service_token_roles=admin,service
service_token_roles_required=True
token_cache_time=-1

[oslo_policy]
policy_file=/etc/trove/policy.yaml
policy_dirs=/etc/trove/policy.d

[oslo_middleware]
enable_proxy_headers_parsing=True
max_request_body_size=100000
`,
  ],
  [
    'DevStack',
    `
[DEFAULT]
logging_exception_prefix = ERROR %(name)s [01;35m%(instance)s[00m
logging_context_format_string = %(color)s%(levelname)s %(name)s [[01;36m%(request_id)s[00;36m
debug = True
max_accepted_volume_size = 10
max_instances_per_tenant = 10
default_datastore = mysql
transport_url = rabbit://stackrabbit:secret@10.0.0.5:5672/
trove_api_workers = 2

[keystone_authtoken]
memcached_servers = localhost:11211
cafile = /opt/stack/data/ca-bundle.pem
project_domain_name = Default
project_name = service
user_domain_name = Default
password = secret
username = trove
auth_url = http://10.0.0.5/identity
interface = public
auth_type = password

[service_credentials]
username = trove
user_domain_name = Default
project_domain_name = Default
password = secret
project_name = service
region_name = RegionOne
auth_url = http://10.0.0.5/identity

[database]
connection = mysql+pymysql://root:secret@127.0.0.1/trove?charset=utf8&plugin=dbcounter

[mysql]
tcp_ports = 3306
`,
  ],
  [
    'OpenStack-Helm',
    `[DEFAULT]
bind_host = 0.0.0.0
bind_port = 8779
debug = false
log_config_append = /etc/trove/logging.conf
network_driver = trove.network.neutron.NeutronDriver
transport_url = rabbit://trove:password@rabbitmq.openstack.svc.cluster.local:5672/trove
[database]
connection = mysql+pymysql://trove:password@mariadb.openstack.svc.cluster.local:3306/trove
max_retries = -1
[keystone_authtoken]
auth_type = password
auth_url = http://keystone-api.openstack.svc.cluster.local:5000/v3
auth_version = v3
memcache_secret_key = abc
memcached_servers = memcached.openstack.svc.cluster.local:11211
password = password
project_domain_name = service
project_name = service
region_name = RegionOne
user_domain_name = service
username = trove
[oslo_messaging_notifications]
driver = messagingv2
[oslo_policy]
policy_file = /etc/trove/policy.yaml
`,
  ],
  [
    'OpenStack-Ansible',
    `# {{ ansible_managed }}

[DEFAULT]
# Disable stderr logging
use_stderr = False
use_journal = True
debug = False
fatal_deprecations = False
bind_host = 172.29.236.11
bind_port = 8779
admin_roles = admin
http_get_rate = 500
http_post_rate = 200
http_put_rate = 200
http_delete_rate = 200
http_mgmt_post_rate = 200
network_label_regex = .*-mgmt
nova_compute_service_type = compute
nova_compute_endpoint_type = internal

[database]
connection = mysql+pymysql://trove:secret@127.0.0.1:3306/trove?charset=utf8&ssl_verify_cert=true&ssl_ca=/etc/ssl/ca.pem
idle_timeout = 600
max_overflow = 50
max_pool_size = 5

[keystone_authtoken]
insecure = False
auth_type = password
auth_url = http://172.29.236.101:5000/v3
www_authenticate_uri = http://172.29.236.101:5000
project_domain_id = default
user_domain_id = default
project_name = service
username = trove
password = secret
region_name = RegionOne
service_token_roles_required = True
service_token_roles = service
service_type = database

[profiler]
enabled = true
`,
  ],
]

"""A filter for the pipeline of trove-api that writes down what hardware Trove understood a request to ask for.

Server, pipeline, router, deserializers, validation, controllers and database are Trove's own. Replaced are the operations
of its models that give hardware: each of them writes what it was asked for to a file, a JSON text a line, and refuses. So
nothing is created, and thousands of requests find the same instances. What these operations would look up in Glance,
Neutron, Nova and Swift beforehand is left out: it takes most of the time, and nothing of it decides what is given.
"""

import json
from unittest import mock

from eventlet import corolocal

from trove.cluster import models as clusters
from trove.common import exception
from trove.common.strategies.cluster.experimental.mongodb import api as mongodb
from trove.common.strategies.cluster.experimental.redis import api as redis
from trove.instance import models as instances
from trove.instance import service

# The request that the current green thread answers.
current = corolocal.local()


def given(operation, hardware, volume_types=()):
    """Writes down an operation. `hardware` has an entry for each server, `volume_types` the types that were asked for."""
    line = dict(
        current.request, operation=operation, hardware=hardware,
        volumeTypes=[str(each) for each in volume_types if each])
    with open(current.file, 'a', encoding='utf-8') as lines:
        lines.write(json.dumps(line) + '\n')
    raise exception.UnprocessableEntity('Understood as %s.' % operation)


def server(version, flavor, instance=None, cluster=None):
    return {'instance': instance, 'cluster': cluster, 'version': version, 'flavor': str(flavor)}


def of_instance(instance, version=None, flavor=None):
    info = instance.db_info
    return server(version or info.datastore_version_id, flavor or info.flavor_id, instance=info.id)


def create_instance(context, name, flavor_id, image_id, databases, users, datastore, datastore_version, volume_size,
                    backup_id, availability_zone, nics, configuration, slave_of_id, volume_type=None, **others):
    operation = 'replica' if slave_of_id else 'create' if backup_id is None else 'restore'
    given(operation, [server(datastore_version.id, flavor_id)], [volume_type])


def keeping(operation):
    """An operation that changes neither flavor nor version."""
    return lambda self, *values, **more: given(operation, [of_instance(self)])


def create_cluster(context, name, datastore, version, members, properties, *rest):
    further = [properties.get(key) for key in ('configsvr_volume_type', 'mongos_volume_type')]
    given(
        'cluster_create', [server(version.id, each['flavor_id']) for each in members],
        [each.get('volume_type') for each in members] + further)


def grow_cluster(self, members, image_id=None):
    given('cluster_grow', [server(self.ds_version.id, each['flavor_id'], cluster=self.id) for each in members])


def add_shard(self):
    given('cluster_add_shard', [server(self.ds_version.id, each.flavor_id, cluster=self.id) for each in self.db_instances])


def upgrade_cluster(self, version):
    members = self.db_instances
    given('cluster_upgrade', [server(version.id, each.flavor_id, instance=each.id) for each in members])


def replace_models():
    running = mock.Mock(status='ACTIVE')
    replacements = [
        (instances.Instance, 'create', create_instance),
        (instances.Instance, 'resize_flavor', lambda self, flavor: given('resize', [of_instance(self, flavor=flavor)])),
        (instances.Instance, 'upgrade', lambda self, version: given('upgrade', [of_instance(self, version=version.id)])),
        (instances.Instance, 'resize_volume', keeping('grow_volume')),
        (instances.Instance, 'migrate', keeping('migrate')),
        (instances.Instance, 'rebuild', keeping('rebuild')),
        (clusters.Cluster, 'create', create_cluster),
        (mongodb.MongoDbCluster, 'add_shard', add_shard),
        # Before these operations.
        (instances, 'load_server', lambda *args, **values: running),
        (instances, 'load_simple_instance_addresses', lambda *args: None),
        (service.common_glance, 'get_image_id', lambda client, image_id, tags: image_id),
        (service.backup_model, 'verify_swift_auth_token', lambda context: None),
    ]
    for kind in (mongodb.MongoDbCluster, redis.RedisCluster):
        replacements += [(kind, 'grow', grow_cluster), (kind, 'upgrade', upgrade_cluster)]
    for target, name, replacement in replacements:
        mock.patch.object(target, name, replacement).start()


def filter_factory(global_conf, file):
    replace_models()

    def wrap(application):
        def note(environ, start_response):
            current.file = file
            current.request = {
                'decision': environ.get('HTTP_X_OPENSTACK_REQUEST_ID'),
                'request': environ.get('HTTP_X_FUZZ_REQUEST'),
                'method': environ['REQUEST_METHOD'],
                'path': environ.get('SCRIPT_NAME', '') + environ.get('PATH_INFO', ''),
            }
            return application(environ, start_response)

        return note

    return wrap

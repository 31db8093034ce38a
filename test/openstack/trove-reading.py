"""Prints what Trove's own code understands of requests.

Reads a JSON object with a request from each line of the standard input, and prints a line for each:

  {"method": "POST", "path": "/v1.0/p/instances", "query": "", "headers": {"Content-Type": "application/json"},
   "body": "<base64>", "server": "eventlet"}
  {"status": 200, "given": [{"operation": "create", "flavor": "7", ...}]}

The router, the deserializers, the validation and the controllers are Trove's, with the middlewares that can change what
is understood. What is replaced are the models below the controllers: the database, Nova, Glance and the task manager.
`given` has what the controllers asked of these models, and is what the gate must not miss.
"""

import base64
import io
import json
import logging
import sys
import urllib.parse
import warnings
from unittest import mock

warnings.simplefilter('ignore')
logging.disable(logging.CRITICAL)

from trove.common import cfg  # noqa: E402

cfg.CONF(args=[], project='trove', default_config_files=[], default_config_dirs=[])

from paste import urlmap  # noqa: E402
from trove import versions  # noqa: E402
from trove.cluster import models as cluster_models  # noqa: E402
from trove.cluster import service as cluster_service  # noqa: E402
from trove.common import api, exception, extensions, wsgi  # noqa: E402
from trove.common.strategies.cluster.experimental.mongodb import api as mongodb  # noqa: E402
from trove.extensions.mgmt.instances import models as mgmt_models  # noqa: E402
from trove.extensions.mgmt.instances import service as mgmt_service  # noqa: E402
from trove.instance import service as instance_service  # noqa: E402

given = []


def give(operation, **values):
    given.append(dict(operation=operation, **values))


class Version:
    """A datastore version that remembers how it was asked for."""

    active, image_id, image_tags, manager = True, 'image', None, 'mongodb'
    name = 'the requested version'
    id = datastore_id = 'id'

    def __init__(self, asked):
        self.asked = asked


class Instance:
    """An instance with every operation that a controller uses."""

    tenant_id = 'p'
    datastore = ds_version = mock.Mock()
    slave_of_id = None
    flavor_id = datastore_version_id = 'of the source'

    def __init__(self, id):
        self.id = id

    def resize_flavor(self, flavor):
        give('resize', instanceId=self.id, flavor=flavor)

    def resize_volume(self, size):
        give('grow_volume', instanceId=self.id, sizeGb=size)

    def upgrade(self, version):
        give('upgrade', instanceId=self.id, version=version.asked)

    def migrate(self, host):
        give('migrate', instanceId=self.id, host=host)

    def rebuild(self, image):
        give('rebuild', instanceId=self.id, imageId=image)

    def __getattr__(self, name):
        return mock.Mock()


def create_instance(context, name, flavor_id, image_id, databases, users, datastore, version, volume_size, backup_id,
                    zone, nics, configuration, slave_of_id, replica_count=None, volume_type=None, region_name=None,
                    **others):
    give('create', flavor=flavor_id, datastore=version.asked, sizeGb=volume_size, volumeType=volume_type,
         backupId=backup_id, sourceId=slave_of_id, count=replica_count, region=region_name)
    return mock.MagicMock()


def member(instance):
    return {'flavor': instance['flavor_id'], 'sizeGb': instance.get('volume_size'),
            'volumeType': instance.get('volume_type'), 'region': instance.get('region_name')}


def create_cluster(context, name, datastore, version, instances, properties, *rest):
    types = [properties.get(key) for key in ('configsvr_volume_type', 'mongos_volume_type')]
    give('cluster_create', datastore=version.asked, members=[member(each) for each in instances],
         furtherVolumeTypes=[each for each in types if each])
    return mock.MagicMock()


class Cluster(cluster_models.Cluster):
    """Trove's cluster as far as it reads requests."""

    id = tenant_id = name = None
    datastore, ds_version = mock.Mock(), Version({})

    def __init__(self, id):
        self.id = id

    def grow(self, instances, image_id=None):
        give('cluster_grow', clusterId=self.id, members=[member(each) for each in instances])

    def upgrade(self, version):
        give('cluster_upgrade', clusterId=self.id, version=version.asked)

    def update_db(self, **values):
        pass


class MongoDbCluster(mongodb.MongoDbCluster):
    """A cluster with the actions that only MongoDB has."""

    __init__, grow, upgrade, update_db = Cluster.__init__, Cluster.grow, Cluster.upgrade, Cluster.update_db
    id = tenant_id = name = None
    datastore, ds_version = mock.Mock(), Version({})

    def add_shard(self):
        give('cluster_add_shard', clusterId=self.id)


def load_cluster(context, id):
    return MongoDbCluster(id) if id.startswith('mongo') else Cluster(id)


def get_version(type=None, version=None, return_inactive=False, version_number=None):
    asked = {'type': type, 'version': version, 'versionNumber': version_number}
    if return_inactive:
        asked['inactive'] = True
    datastore = mock.Mock()
    datastore.name = 'a datastore'
    return datastore, Version(asked)


def find_source(context, id, deleted):
    if not isinstance(id, str):
        raise exception.ModelNotFoundError(uuid=id)
    return Instance(id)


class Notification:
    """Stands for the context manager that sends notifications."""

    def __init__(self, *args, **values):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *args):
        return False


def replace_models():
    load_instance = lambda context, id, needs_server=True: Instance(id)  # noqa: E731
    service = instance_service
    replacements = [
        (service.models.Instance, 'load', load_instance), (service.models.Instance, 'create', create_instance),
        (service.models.DBInstance, 'find_by', find_source),
        (mgmt_models.MgmtInstance, 'load', lambda context, id: Instance(id)),
        (service.ds_models, 'get_datastore_version', get_version),
        (service.ds_models.DatastoreVersion, 'load', lambda datastore, asked, version=None: Version(asked)),
        (service.ds_models.DatastoreVersion, 'load_by_uuid', lambda asked: Version({})),
        (service.ds_models.Datastore, 'load', lambda asked: mock.Mock()),
        (service.backup_model, 'verify_swift_auth_token', lambda context: None),
        (service.common_glance, 'get_image_id', lambda *args: 'image'),
        (service.clients, 'create_glance_client', lambda context: None),
        (service.InstanceController, '_check_nic', lambda *args: None),
        (service.views, 'InstanceDetailView', lambda *args, **values: mock.Mock(data=lambda: {})),
        (service.policy, 'authorize_on_tenant', lambda *args: None),
        (service.policy, 'authorize_on_target', lambda *args: None),
        (cluster_service.models.Cluster, 'load', load_cluster),
        (cluster_service.models.Cluster, 'create', create_cluster),
        (cluster_service.views, 'load_view', lambda *args, **values: mock.Mock(data=lambda: {})),
    ] + [(module, 'StartNotification', Notification)
         for module in (service, cluster_service, mgmt_service, cluster_models, mongodb)]
    for target, name, replacement in replacements:
        mock.patch.object(target, name, replacement).start()


def make_application():
    """The pipeline of Trove's api-paste.ini, without what checks the token and only passes the request on."""
    replace_models()
    paths = urlmap.URLMap()
    paths['/'] = versions.app_factory({})
    paths['/v1.0'] = extensions.TroveExtensionMiddleware(api.API(), extensions.ExtensionManager())
    return wsgi.VersionedURLMap(paths)


def environ_of(request):
    """The environment as Eventlet makes it (eventlet/wsgi.py, get_environ), or as a server does that adds nothing."""
    body = base64.b64decode(request['body'])
    environ = {
        'REQUEST_METHOD': request['method'], 'SCRIPT_NAME': '', 'SERVER_PROTOCOL': 'HTTP/1.0',
        'PATH_INFO': urllib.parse.unquote(request['path'], encoding='latin1'), 'QUERY_STRING': request['query'],
        'SERVER_NAME': '127.0.0.1', 'SERVER_PORT': '8779', 'CONTENT_LENGTH': str(len(body)),
        'wsgi.input': io.BytesIO(body), 'wsgi.errors': sys.stderr, 'wsgi.version': (1, 0), 'wsgi.url_scheme': 'http',
        'wsgi.multithread': False, 'wsgi.multiprocess': False, 'wsgi.run_once': False,
        'trove.context': mock.Mock(is_admin=True, project_id='p'),
    }
    if request['server'] == 'eventlet':
        environ['CONTENT_TYPE'] = 'text/plain'
    for name, value in request['headers'].items():
        name = name.upper().replace('-', '_')
        environ[name if name == 'CONTENT_TYPE' else 'HTTP_' + name] = value
    return environ


def main():
    application = make_application()
    for line in sys.stdin:
        given.clear()
        statuses = []
        try:
            b''.join(application(environ_of(json.loads(line)), lambda status, *rest: statuses.append(status)))
        except Exception as error:  # a request that Trove answers with 500
            statuses.append('500 ' + repr(error))
        print(json.dumps({'status': int(statuses[-1].split(' ')[0]), 'given': given}, default=str), flush=True)


main()

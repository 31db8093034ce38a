import type { Static } from 'typebox'
import { deleteDatastore } from '../operations/delete-datastore.ts'
import {
  listDatastores,
  listDatastoreVersions,
  showDatastore,
  showDatastoreVersion,
  showDatastoreVersionById,
} from '../operations/list-datastores.ts'
import {
  listFlavors,
  listVersionFlavors,
  listVersionVerdicts,
  showFlavorOrVersionFlavors,
  showVersionVerdict,
} from '../operations/list-flavors.ts'
import {
  createDatastoreVersion,
  deleteDatastoreVersion,
  listManagedVersions,
  showManagedVersion,
  updateDatastoreVersion,
} from '../operations/manage-datastore-versions.ts'
import { quotaLimits } from '../operations/project-quota.ts'
import { complianceRoutes } from './compliance-routes.ts'
import { contentRoutes } from './content-routes.ts'
import { flavorPolicyRoutes } from './flavor-policy-routes.ts'
import { instanceRoutes } from './instance-routes.ts'
import { isTrue } from './list-query.ts'
import { managedInstanceRoutes } from './managed-instance-routes.ts'
import { accepted, ok, type Route } from './route.ts'
import * as schemas from './schemas.ts'
import { replies } from './schemas.ts'
import { versionChanges } from './version-changes.ts'
import { datastoreView, managedVersionView, versionView } from './views/datastore.ts'
import { flavorsView, flavorView, judgedFlavorView } from './views/flavor.ts'
import { absoluteLimitsView } from './views/quota.ts'
import { volumeTypeRoutes } from './volume-type-routes.ts'

/** Every URL that a token opens, who may call it, and what answers. `api/server.ts` adds the few that need no token. */
export const routes: readonly Route[] = [
  {
    method: 'GET',
    path: '/flavors',
    policy: 'flavor:index',
    operationId: 'listFlavors',
    summary: 'The flavors that the project may use.',
    answers: [200, replies.flavors],
    run: async call => ok(flavorsView(call.reader, await listFlavors(call.ports, call.caller))),
  },
  {
    method: 'GET',
    path: '/flavors/:id',
    policy: 'flavor:show',
    operationId: 'showFlavorOrVersionFlavors',
    summary:
      'One flavor or, for the id of a datastore version, the flavors of that version. A flavor with the id wins.',
    answers: [200, replies.flavorOrFlavors],
    run: async call => {
      const found = await showFlavorOrVersionFlavors(call.ports, call.caller, call.params.id!)
      return ok(Array.isArray(found) ? flavorsView(call.reader, found) : { flavor: flavorView(call.reader, found) })
    },
  },
  {
    method: 'GET',
    path: '/datastores',
    policy: 'datastore:index',
    operationId: 'listDatastores',
    summary: 'The datastores that have an active version; all of them for an admin.',
    answers: [200, replies.datastores],
    run: async call => {
      const datastores = await listDatastores(call.ports, call.caller)
      return ok({ datastores: datastores.map(datastore => datastoreView(call.reader, datastore)) })
    },
  },
  {
    method: 'GET',
    path: '/datastores/:datastore',
    policy: 'datastore:show',
    operationId: 'showDatastore',
    summary: 'A datastore, by id or name, with its active versions.',
    answers: [200, replies.datastore],
    run: async call =>
      ok({ datastore: datastoreView(call.reader, await showDatastore(call.ports, call.params.datastore!)) }),
  },
  {
    method: 'DELETE',
    path: '/datastores/:datastore',
    policy: 'datastore:delete',
    operationId: 'deleteDatastore',
    summary: 'Delete a datastore that has no versions.',
    answers: [202, null],
    run: async call => {
      await deleteDatastore(call.ports, call.params.datastore!)
      return accepted
    },
  },
  {
    method: 'GET',
    path: '/datastores/:datastore/versions',
    policy: 'datastore:version_index',
    operationId: 'listDatastoreVersions',
    summary: 'The active versions of a datastore; all of them for an admin.',
    answers: [200, replies.datastoreVersions],
    run: async call => {
      const versions = await listDatastoreVersions(call.ports, call.caller, call.params.datastore!)
      return ok({ versions: versions.map(version => versionView(call.reader, version)) })
    },
  },
  {
    method: 'GET',
    path: '/datastores/:datastore/versions/:version',
    policy: 'datastore:version_show',
    operationId: 'showDatastoreVersion',
    summary: 'A version of a datastore, by id or name.',
    answers: [200, replies.datastoreVersion],
    run: async call => {
      const version = await showDatastoreVersion(call.ports, call.params.datastore!, call.params.version!)
      return ok({ version: versionView(call.reader, version) })
    },
  },
  {
    method: 'GET',
    path: '/datastores/versions/:id',
    policy: 'datastore:version_show_by_uuid',
    operationId: 'showDatastoreVersionById',
    summary: 'A version by its id alone.',
    answers: [200, replies.datastoreVersion],
    run: async call =>
      ok({ version: versionView(call.reader, await showDatastoreVersionById(call.ports, call.params.id!)) }),
  },
  {
    method: 'GET',
    path: '/datastores/:datastore/versions/:version/flavors',
    policy: 'datastore:list_associated_flavors',
    operationId: 'listVersionFlavors',
    summary:
      'The flavors that a datastore version allows, out of those that the project may use; with `verdicts=true` all of those, each with its verdict.',
    query: schemas.verdictsQuery,
    answers: [200, replies.flavorsOrVerdicts],
    run: async call => {
      const { ports, caller, reader } = call
      const [datastore, version] = [call.params.datastore!, call.params.version!]
      if (!isTrue(call.query.verdicts))
        return ok(flavorsView(reader, await listVersionFlavors(ports, caller, datastore, version)))
      const judged = await listVersionVerdicts(ports, caller, datastore, version)
      return ok({ flavors: judged.map(each => judgedFlavorView(reader, each)) })
    },
  },
  {
    method: 'GET',
    path: '/datastores/:datastore/versions/:version/flavors/:flavor',
    policy: 'datastore:list_associated_flavors',
    operationId: 'showFlavorVerdict',
    summary: 'Whether a datastore version allows a flavor, and everything that speaks against it.',
    answers: [200, replies.judgedFlavor],
    run: async call => {
      const asked = {
        datastore: call.params.datastore!,
        version: call.params.version!,
        flavorId: call.params.flavor!,
      }
      const judged = await showVersionVerdict(call.ports, call.caller, asked)
      return ok({ flavor: judgedFlavorView(call.reader, judged) })
    },
  },
  ...volumeTypeRoutes,
  {
    method: 'GET',
    path: '/limits',
    policy: 'limits:index',
    operationId: 'listLimits',
    summary: 'What the project may use at most, and how many requests it may make.',
    answers: [200, replies.limits],
    run: async call => {
      const { stores, settings } = call.ports
      const most = await quotaLimits(stores, settings, call.caller.projectId)
      return ok({ limits: [absoluteLimitsView(most), ...call.rates()] })
    },
  },
  ...instanceRoutes,
  ...contentRoutes,
  ...managedInstanceRoutes,
  {
    method: 'GET',
    path: '/mgmt/datastore-versions',
    policy: 'mgmt:datastore_version_index',
    operationId: 'listManagedVersions',
    summary: 'Every version of every datastore.',
    answers: [200, replies.managedVersions],
    run: async call => ok({ versions: (await listManagedVersions(call.ports)).map(managedVersionView) }),
  },
  {
    method: 'POST',
    path: '/mgmt/datastore-versions',
    policy: 'mgmt:datastore_version_create',
    operationId: 'createDatastoreVersion',
    summary: 'Add a version, and its datastore where that does not exist.',
    body: schemas.createVersion,
    answers: [202, null],
    run: async call => {
      const { version } = call.body as Static<typeof schemas.createVersion>
      await createDatastoreVersion(call.ports, {
        datastoreName: version.datastore_name,
        name: version.name,
        changes: versionChanges(version),
        isDefault: version.default === true,
      })
      return accepted
    },
  },
  {
    method: 'GET',
    path: '/mgmt/datastore-versions/:id',
    policy: 'mgmt:datastore_version_show',
    operationId: 'showManagedVersion',
    summary: 'A version by its id.',
    answers: [200, replies.managedVersion],
    run: async call => ok({ version: managedVersionView(await showManagedVersion(call.ports, call.params.id!)) }),
  },
  {
    method: 'PATCH',
    path: '/mgmt/datastore-versions/:id',
    policy: 'mgmt:datastore_version_edit',
    operationId: 'updateDatastoreVersion',
    summary: 'Change a version. The body is not wrapped.',
    body: schemas.updateVersion,
    answers: [202, null],
    run: async call => {
      const body = call.body as Static<typeof schemas.updateVersion>
      const isDefault = body.default === undefined ? {} : { isDefault: body.default }
      await updateDatastoreVersion(call.ports, { id: call.params.id!, changes: versionChanges(body), ...isDefault })
      return accepted
    },
  },
  {
    method: 'DELETE',
    path: '/mgmt/datastore-versions/:id',
    policy: 'mgmt:datastore_version_delete',
    operationId: 'deleteDatastoreVersion',
    summary: 'Delete a version that nothing uses.',
    answers: [202, null],
    run: async call => {
      await deleteDatastoreVersion(call.ports, call.actor, call.params.id!)
      return accepted
    },
  },
  ...flavorPolicyRoutes,
  ...complianceRoutes,
]

/** What Trove offers and this server does not yet: a path, everything below it, and how the sentence begins. */
export const notOffered: Readonly<Record<string, string>> = {
  '/instances/:id/backups': 'Backups are',
  '/instances/:id/configuration': 'Configuration groups are',
  '/instances/:id/modules': 'Modules are',
  '/instances/:id/log': 'Reading the logs of an instance is',
  '/backups': 'Backups are',
  '/backup_strategies': 'Backups are',
  '/clusters': 'Clusters are',
  '/configurations': 'Configuration groups are',
  '/modules': 'Modules are',
  '/datastores/:datastore/versions/:version/parameters': 'Configuration parameters are',
  '/datastores/versions/:id/parameters': 'Configuration parameters are',
  '/mgmt/instances/:id/root': 'The history of root is',
  '/mgmt/instances/:id/diagnostics': 'Diagnosing an instance is',
  '/mgmt/instances/:id/hwinfo': 'Diagnosing an instance is',
  '/mgmt/datastores': 'Configuration parameters are',
}

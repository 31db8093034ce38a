/**
 * Every URL below `/v1.0`, each with its access policy and its endpoint: `flavors.show` is `show` in
 * `flavors/endpoints.ts`. Endpoints, schemas and views are in a folder per subject; the checks before a route, and the few
 * URLs without a token, are in `http/`, Keystone's URLs are in `identity/`. Nothing is decided here: an endpoint translates
 * a request into one call of `src/operations/` and the result into JSON.
 */

import * as flavorCompliance from './compliance/endpoints.ts'
import * as contents from './contents/endpoints.ts'
import * as datastoreCatalogue from './datastore-catalogue/endpoints.ts'
import * as datastoreRules from './datastore-rules/endpoints.ts'
import * as datastores from './datastores/endpoints.ts'
import * as managedVersions from './datastores/managed-endpoints.ts'
import * as flavorPolicy from './flavor-policy/endpoints.ts'
import * as flavorVerdicts from './flavor-verdicts/endpoints.ts'
import * as flavors from './flavors/endpoints.ts'
import * as decisions from './gate/endpoints.ts'
import * as instances from './instances/endpoints.ts'
import * as managedInstances from './instances/managed-endpoints.ts'
import * as policyHistory from './policy-history/endpoints.ts'
import * as quotas from './quotas/endpoints.ts'
import { del, get, patch, post, put, type Route } from './route.ts'
import * as volumeTypes from './volume-types/endpoints.ts'
import * as managedVolumeTypes from './volume-types/managed-endpoints.ts'
import * as waivers from './waivers/endpoints.ts'

/** What datastore versions allow. Trove has no such routes, or answers them with less. A gate answers them itself. */
// biome-ignore format: a row is one line, so that the whole API can be seen at once
export const policyRoutes: readonly Route[] = [
  get('/datastores/:datastore/versions/:version/flavors', 'datastore:list_associated_flavors', flavors.ofVersion),
  get('/datastores/:datastore/versions/:version/flavors/:flavor', 'datastore:list_associated_flavors', flavors.verdict),
  get('/datastores/:datastore/versions/:version/volume-types', 'datastore:list_associated_volume_types', volumeTypes.ofVersion),
  post('/decisions', 'decision:create', decisions.decide),
  post('/decisions/:decision/result', 'decision:report', decisions.report),
  post('/instances/dry-run', 'instance:create', instances.dryRun),
  get('/instances/:id/flavors', 'instance:flavor_index', instances.resizeTargets),
  get('/mgmt/datastore-versions/:id/flavors', 'mgmt:datastore_version_flavor_index', flavorPolicy.associations),
  post('/mgmt/datastore-versions/:id/flavors', 'mgmt:datastore_version_flavor_add', flavorPolicy.associate),
  del('/mgmt/datastore-versions/:id/flavors/:flavor', 'mgmt:datastore_version_flavor_delete', flavorPolicy.dissociate),
  get('/mgmt/datastore-versions/:id/volume-types', 'mgmt:datastore_version_volume_type_index', managedVolumeTypes.index),
  post('/mgmt/datastore-versions/:id/volume-types', 'mgmt:datastore_version_volume_type_add', managedVolumeTypes.associate),
  del('/mgmt/datastore-versions/:id/volume-types/:type', 'mgmt:datastore_version_volume_type_delete', managedVolumeTypes.dissociate),
  get('/mgmt/datastore-versions/:id/flavor-requirements', 'mgmt:datastore_version_flavor_requirement_index', flavorPolicy.requirements),
  post('/mgmt/datastore-versions/:id/flavor-requirements', 'mgmt:datastore_version_flavor_requirement_add', flavorPolicy.addRequirement),
  patch('/mgmt/datastore-versions/:id/flavor-requirements/:requirement', 'mgmt:datastore_version_flavor_requirement_update', flavorPolicy.setLevel),
  del('/mgmt/datastore-versions/:id/flavor-requirements/:requirement', 'mgmt:datastore_version_flavor_requirement_delete', flavorPolicy.deleteRequirement),
  get('/mgmt/datastore-versions/:id/flavor-policy', 'mgmt:datastore_version_flavor_policy_show', flavorPolicy.show),
  put('/mgmt/datastore-versions/:id/flavor-policy', 'mgmt:datastore_version_flavor_policy_update', flavorPolicy.set),
  post('/mgmt/datastore-versions/:id/copy-rules', 'mgmt:datastore_version_rule_copy', flavorPolicy.copy),
  get('/mgmt/datastore-versions/:id/flavor-events', 'mgmt:datastore_version_flavor_event_index', flavorPolicy.events),
  get('/mgmt/datastore-versions/:id/flavor-verdicts', 'mgmt:datastore_version_flavor_verdict_index', flavorVerdicts.ofVersion),
  get('/mgmt/datastores/:datastore/flavor-requirements', 'mgmt:datastore_flavor_requirement_index', datastoreRules.requirements),
  post('/mgmt/datastores/:datastore/flavor-requirements', 'mgmt:datastore_flavor_requirement_add', datastoreRules.addRequirements),
  patch('/mgmt/datastores/:datastore/flavor-requirements/:requirement', 'mgmt:datastore_flavor_requirement_update', datastoreRules.setLevel),
  del('/mgmt/datastores/:datastore/flavor-requirements/:requirement', 'mgmt:datastore_flavor_requirement_delete', datastoreRules.deleteRequirement),
  get('/mgmt/datastores/:datastore/flavor-policy', 'mgmt:datastore_flavor_policy_show', datastoreRules.show),
  put('/mgmt/datastores/:datastore/flavor-policy', 'mgmt:datastore_flavor_policy_update', datastoreRules.set),
  get('/mgmt/datastore-catalogue', 'mgmt:datastore_catalogue_show', datastoreCatalogue.show),
  post('/mgmt/datastore-catalogue', 'mgmt:datastore_catalogue_apply', datastoreCatalogue.apply),
  get('/mgmt/flavor-compliance', 'mgmt:flavor_compliance', flavorCompliance.index),
  get('/mgmt/flavor-verdicts', 'mgmt:flavor_verdict_index', flavorVerdicts.index),
  get('/mgmt/flavor-rule-events', 'mgmt:flavor_rule_event_index', policyHistory.index),
  post('/mgmt/flavor-rule-events/:event/undo', 'mgmt:flavor_rule_event_undo', policyHistory.undo),
  get('/mgmt/flavor-waivers', 'mgmt:flavor_waiver_index', waivers.index),
  post('/mgmt/flavor-waivers', 'mgmt:flavor_waiver_add', waivers.add),
  patch('/mgmt/flavor-waivers/:waiver', 'mgmt:flavor_waiver_update', waivers.shorten),
  del('/mgmt/flavor-waivers/:waiver', 'mgmt:flavor_waiver_delete', waivers.end),
]

/** The routes of Trove. A gate passes their requests on. */
// biome-ignore format: a row is one line, so that the whole API can be seen at once
const serviceRoutes: readonly Route[] = [
  get('/flavors', 'flavor:index', flavors.index),
  get('/flavors/:id', 'flavor:show', flavors.show),
  get('/datastores', 'datastore:index', datastores.index),
  get('/datastores/:datastore', 'datastore:show', datastores.show),
  del('/datastores/:datastore', 'datastore:delete', datastores.remove),
  get('/datastores/:datastore/versions', 'datastore:version_index', datastores.versions),
  get('/datastores/:datastore/versions/:version', 'datastore:version_show', datastores.showVersion),
  get('/datastores/versions/:id', 'datastore:version_show_by_uuid', datastores.showVersionById),
  get('/volume-types', 'volume_type:index', volumeTypes.index),
  get('/volume-types/:id', 'volume_type:show', volumeTypes.show),
  get('/limits', 'limits:index', quotas.limits),

  get('/instances', 'instance:index', instances.index),
  get('/instances/detail', 'instance:detail', instances.details),
  post('/instances', 'instance:create', instances.create),
  get('/instances/:id', 'instance:show', instances.show),
  put('/instances/:id', 'instance:update', instances.update),
  patch('/instances/:id', 'instance:edit', instances.edit),
  del('/instances/:id', 'instance:delete', instances.remove),
  post('/instances/:id/action', 'instance:action', instances.action),

  get('/instances/:id/root', 'instance:extension:root:index', contents.showRoot),
  post('/instances/:id/root', 'instance:extension:root:create', contents.enableRoot),
  del('/instances/:id/root', 'instance:extension:root:delete', contents.disableRoot),
  get('/instances/:id/databases', 'instance:extension:database:index', contents.listDatabases),
  post('/instances/:id/databases', 'instance:extension:database:create', contents.createDatabases),
  del('/instances/:id/databases/:database', 'instance:extension:database:delete', contents.deleteDatabase),
  get('/instances/:id/users', 'instance:extension:user:index', contents.listUsers),
  post('/instances/:id/users', 'instance:extension:user:create', contents.createUsers),
  put('/instances/:id/users', 'instance:extension:user:update_all', contents.changePasswords),
  get('/instances/:id/users/:user', 'instance:extension:user:show', contents.showUser),
  put('/instances/:id/users/:user', 'instance:extension:user:update', contents.changeUser),
  del('/instances/:id/users/:user', 'instance:extension:user:delete', contents.deleteUser),
  get('/instances/:id/users/:user/databases', 'instance:extension:user_access:index', contents.listUserDatabases),
  put('/instances/:id/users/:user/databases', 'instance:extension:user_access:update', contents.grantDatabases),
  del('/instances/:id/users/:user/databases/:database', 'instance:extension:user_access:delete', contents.revokeDatabase),

  get('/mgmt/instances', 'mgmt:instance_index', managedInstances.index),
  get('/mgmt/instances/:id', 'mgmt:instance_show', managedInstances.show),
  post('/mgmt/instances/:id/action', 'mgmt:instance_action', managedInstances.action),
  get('/mgmt/quotas/:owner', 'mgmt:quota_show', quotas.show),
  put('/mgmt/quotas/:owner', 'mgmt:quota_update', quotas.update),
  get('/mgmt/datastore-versions', 'mgmt:datastore_version_index', managedVersions.index),
  post('/mgmt/datastore-versions', 'mgmt:datastore_version_create', managedVersions.create),
  get('/mgmt/datastore-versions/:id', 'mgmt:datastore_version_show', managedVersions.show),
  patch('/mgmt/datastore-versions/:id', 'mgmt:datastore_version_edit', managedVersions.update),
  del('/mgmt/datastore-versions/:id', 'mgmt:datastore_version_delete', managedVersions.remove),
]

export const routes: readonly Route[] = [...policyRoutes, ...serviceRoutes]

/**
 * Features of Trove that this server does not support yet. A key covers its path and all paths below it; the value is the
 * beginning of the refusal's sentence.
 */
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
  '/instances/:id/ssl': 'TLS settings of an instance are',
  '/mgmt/clusters': 'Clusters are',
  '/mgmt/instances/:id/rpc_ping': 'Pinging the agent of an instance is',
  '/mgmt/instances/:id/root': 'The history of root is',
  '/mgmt/instances/:id/diagnostics': 'Diagnosing an instance is',
  '/mgmt/instances/:id/hwinfo': 'Diagnosing an instance is',
  '/mgmt/datastores': 'Configuration parameters are',
}

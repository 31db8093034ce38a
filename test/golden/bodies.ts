/** The id of the one image that there is where anybody is let in. */
export const image = '9fe95958-e85a-4d63-b017-08ff4e174daf'

/** The id of the first version of the plan. */
const firstVersion = 'e0000000-0000-4000-8000-000000000001'

/**
 * A body for each operation that takes one, which passes the shape check: that comes before the policy, as in Trove. A new
 * route with a body needs one here. Of an action, every kind that has a policy of its own.
 */
export const bodies: Readonly<Record<string, readonly object[]>> = {
  createInstance: [{ instance: { name: 'a', flavorRef: '1', volume: { size: 1 } } }],
  updateInstance: [{ instance: { name: 'a' } }],
  editInstance: [{ instance: { name: 'a' } }],
  actOnInstance: [
    { restart: {} },
    { resize: { flavorRef: '2' } },
    { resize: { volume: { size: 3 } } },
    { reset_status: {} },
    { force_delete: {} },
    { promote_to_replica_source: {} },
  ],
  actOnManagedInstance: [{ reboot: {} }, { stop: {} }, { 'reset-task-status': {} }],
  createDatabases: [{ databases: [{ name: 'a' }] }],
  createUsers: [{ users: [{ name: 'a', password: 'b' }] }],
  changePasswords: [{ users: [{ name: 'a', password: 'b' }] }],
  changeUser: [{ user: { password: 'b' } }],
  grantDatabases: [{ databases: [{ name: 'a' }] }],
  updateQuotas: [{ quotas: { instances: 1 } }],
  decideRequest: [{ method: 'GET', path: '/v1.0/demo-project/instances' }],
  reportDecisionResult: [{ status: 202 }],
  dryRunInstance: [{ instance: { name: 'a', flavorRef: '1', volume: { size: 1 } } }],
  createDatastoreVersion: [
    { version: { name: '1', datastore_name: 'planted', datastore_manager: 'mysql', active: false, image } },
  ],
  updateDatastoreVersion: [{ active: false }],
  associateFlavors: [{ flavors: ['1'] }, { flavor_ids: ['1'] }],
  associateVolumeTypes: [{ volume_type_ids: ['slow'] }],
  addFlavorRequirements: [{ requirements: ['vcpus>=1'] }],
  setFlavorRequirementLevel: [{ level: 'refuse' }],
  setFlavorPolicy: [{ restriction: 'open' }],
  addDatastoreFlavorRequirements: [{ requirements: ['vcpus>=1'] }],
  setDatastoreFlavorRequirementLevel: [{ level: 'warn' }],
  setDatastoreFlavorPolicy: [{ restriction: 'open' }],
  undoFlavorRuleEvent: [{}],
  copyRules: [{ from: firstVersion, replace: true, allow_none: true }],
  applyDatastoreCatalogue: [{ catalogue: 'datastores: []' }],
  addFlavorWaiver: [{ project_id: 'demo-project', datastore: 'mysql', until: '9d', reason: 'a' }],
  shortenFlavorWaiver: [{ until: '1d' }],
}

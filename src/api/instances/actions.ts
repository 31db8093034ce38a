import {
  deleteInstance,
  requireOwnInstance,
  resetInstanceStatus,
  restartInstance,
} from '../../operations/instances/change-instance.ts'
import { resizeInstance, resizeVolume } from '../../operations/instances/resize-instance.ts'
import type { PolicyName } from '../../rules/access/default-policies.ts'
import { refusal } from '../../rules/refusals.ts'
import type { Call } from '../route.ts'
import type { InstanceAction, ManagedInstanceAction } from './schemas.ts'

type InstanceCall = Call<'id'>

/** The action behind a key of the body. Resolves with warnings, each a sentence. */
type Action<Argument = unknown> = Readonly<{
  policy: PolicyName
  /** Further access policies, one of which is checked as well, depending on the argument. */
  otherPolicies?: readonly PolicyName[]
  run: (call: InstanceCall, argument: Argument) => Promise<readonly string[]> | Promise<void>
}>

/** Maps each key that a body may have to the action that receives its value. */
type Actions<Body> = { readonly [Key in keyof Body]-?: Action<NonNullable<Body[Key]>> }

/** An action that this server does not support. An instance of another Trove is refused with its own sentence first. */
const notOffered = (policy: PolicyName, feature: string): Action => ({
  policy,
  async run({ ports, caller, params }) {
    await requireOwnInstance(ports, caller, params.id)
    throw refusal.not_offered({ what: feature })
  },
})

const restart = ({ ports, caller, params }: InstanceCall) => restartInstance(ports, caller, params.id)
const resetStatus = ({ ports, caller, params }: InstanceCall) => resetInstanceStatus(ports, caller, params.id)

export const actions: Actions<InstanceAction> = {
  restart: { policy: 'instance:restart', run: restart },
  resize: {
    policy: 'instance:action',
    otherPolicies: ['instance:resize_flavor', 'instance:resize_volume'],
    async run({ ports, caller, params, requirePolicy }, { flavorRef, volume }) {
      // If both are present, Trove resizes the volume (trove@4cdc0cd instance/service.py).
      requirePolicy(volume ? 'instance:resize_volume' : 'instance:resize_flavor')
      if (volume) {
        await resizeVolume(ports, caller, params.id, volume.size)
        return []
      }
      if (flavorRef === undefined) throw refusal.flavor_ref_not_given({})
      return resizeInstance(ports, caller, params.id, flavorRef)
    },
  },
  reset_status: { policy: 'instance:reset_status', run: resetStatus },
  force_delete: {
    policy: 'instance:force_delete',
    run: ({ ports, caller, params }) => deleteInstance(ports, caller, params.id, { force: true }),
  },
  promote_to_replica_source: notOffered('instance:action', 'Promoting a replica is'),
  eject_replica_source: notOffered('instance:action', 'Ejecting a replica source is'),
}

export const managedActions: Actions<ManagedInstanceAction> = {
  'reset-task-status': { policy: 'mgmt:instance_action', run: resetStatus },
  reboot: { policy: 'mgmt:instance_action', run: restart },
  stop: notOffered('mgmt:instance_action', 'Stopping an instance is'),
  migrate: notOffered('mgmt:instance_action', 'Migrating an instance is'),
  rebuild: notOffered('mgmt:instance_action', 'Rebuilding an instance is'),
}

/** The access policies of single actions, in addition to the policy of the route. */
export const policiesOf = (table: Readonly<Record<string, Action<never>>>, routePolicy: PolicyName): PolicyName[] =>
  Object.values(table)
    .flatMap(({ policy, otherPolicies = [] }) => [policy, ...otherPolicies])
    .filter(policy => policy !== routePolicy)

/** Runs the one action in a body. Refuses a body with no known action, or with several. */
export async function runAction<Body extends object>(
  call: InstanceCall,
  body: Body,
  table: Actions<Body>,
): Promise<readonly string[]> {
  const names = Object.keys(table) as (keyof Body & string)[]
  const [name, ...others] = names.filter(name => name in body)
  if (name === undefined || others.length > 0) throw refusal.action_unknown({ known: names })
  const { policy, run } = table[name]
  call.requirePolicy(policy)
  return (await run(call, body[name]!)) ?? []
}

/** Trove's empty body, or the warnings if there are any. */
export const warningsBody = (warnings: readonly string[]) => (warnings.length > 0 ? { warnings } : null)

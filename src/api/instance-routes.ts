import type { Static } from 'typebox'
import { admitInstance, type InstanceRequest, requireUsableName } from '../operations/admit-instance.ts'
import {
  deleteInstance,
  renameInstance,
  requireOwnInstance,
  resetInstanceStatus,
  resizeInstance,
  resizeVolume,
  restartInstance,
} from '../operations/change-instance.ts'
import { createInstance } from '../operations/create-instance.ts'
import { type InstanceDetail, listInstances, showInstance } from '../operations/list-instances.ts'
import { listResizeTargets } from '../operations/list-resize-targets.ts'
import { upgradeInstance } from '../operations/upgrade-instance.ts'
import type { PolicyName } from '../rules/access.ts'
import { changesNotOffered } from '../rules/admission.ts'
import { refusal } from '../rules/refusals.ts'
import * as schemas from './instance-schemas.ts'
import { instanceReplies } from './instance-schemas.ts'
import { listQuery } from './list-query.ts'
import { type Answer, accepted, acceptedWith, type Call, ok, type Route } from './route.ts'
import { replies } from './schemas.ts'
import { admissionView } from './views/admission.ts'
import type { Reader } from './views/datastore.ts'
import { resizeTargetView } from './views/flavor.ts'
import { instanceDetailView, instancesView, instanceView } from './views/instance.ts'

const asked = (call: Call) => (call.body as Static<typeof schemas.createInstance>).instance as InstanceRequest

async function list(call: Call, view: (reader: Reader, detail: InstanceDetail) => object): Promise<Answer> {
  const { paging, clusteredToo } = listQuery(call.query)
  const filter = { projectId: call.caller.projectId, clusteredToo }
  const page = await listInstances(call.ports, filter, paging)
  return ok(instancesView(call.url, page, detail => view(call.reader, detail)))
}

async function change(call: Call): Promise<Answer> {
  const { instance } = call.body as Static<typeof schemas.changeInstance>
  const { name, ...others } = instance
  if (Object.keys(others).length > 1) throw refusal.one_change_at_a_time({})
  const id = call.params.id!
  const notOfferedField = Object.entries(changesNotOffered).find(([field]) => field in instance)
  if (notOfferedField) {
    await requireOwnInstance(call.ports, call.caller, id)
    throw refusal.not_offered({ what: notOfferedField[1] })
  }
  const { datastore_version: version } = instance
  if (name === undefined && version === undefined) throw refusal.instance_unchanged({})
  if (name !== undefined) requireUsableName(name)
  // The new name is the lesser wish: it is granted only when the version is.
  const warnings = version === undefined ? [] : await upgradeInstance(call.ports, call.caller, id, version)
  if (name !== undefined) await renameInstance(call.ports, call.caller, id, name)
  return acceptedWith(warnings)
}

/** Resolves with what there is to say besides that it was accepted, in sentences. */
type Action = Readonly<{ policy: PolicyName; run(call: Call, argument: unknown): Promise<readonly string[]> }>

/** An action that is accepted without another word. */
export const silent = (policy: PolicyName, run: (call: Call) => Promise<void>): Action => ({
  policy,
  run: async call => {
    await run(call)
    return []
  },
})

/** An action that is offered for no instance; of another Trove's there is something else to say. */
export const notOffered = (policy: PolicyName, what: string): Action =>
  silent(policy, async call => {
    await requireOwnInstance(call.ports, call.caller, call.params.id!)
    throw refusal.not_offered({ what })
  })

/** Each key that the body of an action may have. */
const actions: Readonly<Record<string, Action>> = {
  restart: silent('instance:restart', call => restartInstance(call.ports, call.caller, call.params.id!)),
  resize: {
    policy: 'instance:action',
    async run(call, argument) {
      const { flavorRef, volume } = argument as { flavorRef?: string | number; volume?: { size: number | string } }
      const { ports, caller } = call
      // With both, Trove resizes the volume (wire-contract §5).
      call.requirePolicy(volume ? 'instance:resize_volume' : 'instance:resize_flavor')
      if (volume) {
        await resizeVolume(ports, caller, call.params.id!, volume.size)
        return []
      }
      if (flavorRef === undefined) throw refusal.flavor_ref_not_given({})
      return resizeInstance(ports, caller, call.params.id!, flavorRef)
    },
  },
  reset_status: silent('instance:reset_status', call => resetInstanceStatus(call.ports, call.caller, call.params.id!)),
  force_delete: silent('instance:force_delete', call =>
    deleteInstance(call.ports, call.caller, call.params.id!, { force: true }),
  ),
  promote_to_replica_source: notOffered('instance:action', 'Promoting a replica is'),
  eject_replica_source: notOffered('instance:action', 'Ejecting a replica source is'),
}

/** Takes the one action that a body names. Throws a refusal when it names none or several. */
export async function act(call: Call, known: Readonly<Record<string, Action>>): Promise<Answer> {
  const body = call.body as Readonly<Record<string, unknown>>
  const [name, ...others] = Object.keys(known).filter(name => name in body)
  if (name === undefined || others.length > 0) throw refusal.action_unknown({ known: Object.keys(known) })
  const { policy, run } = known[name]!
  call.requirePolicy(policy)
  return acceptedWith(await run(call, body[name]))
}

export const instanceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/instances',
    policy: 'instance:index',
    operationId: 'listInstances',
    query: schemas.instancesQuery,
    summary: 'The instances of the project, a page of twenty at most; `links` leads to the next.',
    answers: [200, instanceReplies.instances],
    run: call => list(call, instanceView),
  },
  {
    method: 'GET',
    path: '/instances/detail',
    policy: 'instance:detail',
    operationId: 'listInstanceDetails',
    query: schemas.instancesQuery,
    summary: 'The same with everything that is known of each.',
    answers: [200, instanceReplies.instanceDetails],
    run: call => list(call, instanceDetailView),
  },
  {
    method: 'POST',
    path: '/instances',
    policy: 'instance:create',
    operationId: 'createInstance',
    summary: 'Make an instance. It is there at once, in BUILD, and becomes ACTIVE; nothing is made of what is refused.',
    body: schemas.createInstance,
    answers: [200, instanceReplies.instance],
    run: async call => {
      const detail = await createInstance(call.ports, call.caller, asked(call))
      return ok({ instance: instanceDetailView(call.reader, detail) })
    },
  },
  {
    method: 'POST',
    path: '/instances/dry-run',
    policy: 'instance:create',
    operationId: 'dryRunInstance',
    summary:
      'Everything a create would ask, and nothing it would make: the verdict, or exactly the error a create would give.',
    body: schemas.createInstance,
    answers: [200, replies.admission],
    run: async call =>
      ok(admissionView(call.reader, await admitInstance(call.ports, call.caller, asked(call), 'dry_run'))),
  },
  {
    method: 'GET',
    path: '/instances/:id',
    policy: 'instance:show',
    operationId: 'showInstance',
    summary: 'An instance, with the space that its data take just now.',
    answers: [200, instanceReplies.instance],
    run: async call => {
      const detail = await showInstance(call.ports, call.caller, call.params.id!)
      return ok({ instance: instanceDetailView(call.reader, detail) })
    },
  },
  {
    method: 'GET',
    path: '/instances/:id/flavors',
    policy: 'instance:flavor_index',
    operationId: 'listResizeTargets',
    summary: 'Where an instance may be resized to, out of the flavors that its project may use, and why not elsewhere.',
    answers: [200, replies.resizeTargets],
    run: async call => {
      const targets = await listResizeTargets(call.ports, call.caller, call.params.id!)
      return ok({ flavors: targets.map(target => resizeTargetView(call.reader, target)) })
    },
  },
  {
    method: 'PUT',
    path: '/instances/:id',
    policy: 'instance:update',
    operationId: 'updateInstance',
    summary: 'Rename an instance, or move it to another version of its datastore.',
    body: schemas.changeInstance,
    answers: [202, instanceReplies.actionAccepted],
    run: change,
  },
  {
    method: 'PATCH',
    path: '/instances/:id',
    policy: 'instance:edit',
    operationId: 'editInstance',
    summary: 'Rename an instance, or move it to another version of its datastore.',
    body: schemas.changeInstance,
    answers: [202, instanceReplies.actionAccepted],
    run: change,
  },
  {
    method: 'DELETE',
    path: '/instances/:id',
    policy: 'instance:delete',
    operationId: 'deleteInstance',
    summary: 'Delete an instance with its data.',
    answers: [202, null],
    run: async call => {
      await deleteInstance(call.ports, call.caller, call.params.id!, { force: false })
      return accepted
    },
  },
  {
    method: 'POST',
    path: '/instances/:id/action',
    policy: 'instance:action',
    actionPolicies: [
      'instance:restart',
      'instance:resize_flavor',
      'instance:resize_volume',
      'instance:reset_status',
      'instance:force_delete',
    ],
    operationId: 'actOnInstance',
    summary: 'Restart an instance, or resize it or its volume; for admins also the ways out of a stuck one.',
    body: schemas.instanceAction,
    answers: [202, instanceReplies.actionAccepted],
    run: call => act(call, actions),
  },
]

import type { Static } from 'typebox'
import { admitInstance, type InstanceRequest } from '../operations/admit-instance.ts'
import {
  deleteInstance,
  renameInstance,
  resetInstanceStatus,
  resizeInstance,
  resizeVolume,
  restartInstance,
} from '../operations/change-instance.ts'
import { createInstance } from '../operations/create-instance.ts'
import { listInstances, showInstance } from '../operations/list-instances.ts'
import type { PolicyName } from '../rules/access.ts'
import { changesNotOffered } from '../rules/admission.ts'
import { refusal } from '../rules/refusals.ts'
import * as schemas from './instance-schemas.ts'
import { instanceReplies } from './instance-schemas.ts'
import { listQuery } from './list-query.ts'
import { type Answer, accepted, type Call, ok, type Route } from './route.ts'
import { replies } from './schemas.ts'
import { admissionView } from './views/admission.ts'
import { instanceDetailView, instancesView, instanceView } from './views/instance.ts'

const asked = (call: Call) => (call.body as Static<typeof schemas.createInstance>).instance as InstanceRequest

async function list(call: Call, view: typeof instanceView): Promise<Answer> {
  const { paging, clusteredToo } = listQuery(call.query)
  const filter = { projectId: call.caller.projectId, clusteredToo }
  const page = await listInstances(call.ports, filter, paging)
  return ok(instancesView(call.url, page, detail => view(call.reader, detail)))
}

async function change(call: Call): Promise<Answer> {
  const { instance } = call.body as Static<typeof schemas.changeInstance>
  for (const [field, what] of Object.entries(changesNotOffered))
    if (field in instance) throw refusal.not_offered({ what })
  if (instance.name === undefined) throw refusal.instance_unchanged({})
  await renameInstance(call.ports, call.caller, call.params.id!, instance.name)
  return accepted
}

type Action = Readonly<{ policy: PolicyName; run(call: Call, argument: unknown): Promise<void> }>

const notOffered = (what: string): Action => ({
  policy: 'instance:action',
  run: async () => {
    throw refusal.not_offered({ what })
  },
})

/** Each key that the body of an action may have. */
const actions: Readonly<Record<string, Action>> = {
  restart: {
    policy: 'instance:restart',
    run: call => restartInstance(call.ports, call.caller, call.params.id!),
  },
  resize: {
    policy: 'instance:action',
    async run(call, argument) {
      const { flavorRef, volume } = argument as { flavorRef?: string | number; volume?: { size: number | string } }
      const { ports, caller } = call
      // With both, Trove resizes the volume (wire-contract §5).
      call.requirePolicy(volume ? 'instance:resize_volume' : 'instance:resize_flavor')
      if (volume) return resizeVolume(ports, caller, call.params.id!, volume.size)
      if (flavorRef === undefined) throw refusal.flavor_ref_not_given({})
      return resizeInstance(ports, caller, call.params.id!, flavorRef)
    },
  },
  reset_status: {
    policy: 'instance:reset_status',
    run: call => resetInstanceStatus(call.ports, call.caller, call.params.id!),
  },
  force_delete: {
    policy: 'instance:force_delete',
    run: call => deleteInstance(call.ports, call.caller, call.params.id!, { force: true }),
  },
  promote_to_replica_source: notOffered('Promoting a replica is'),
  eject_replica_source: notOffered('Ejecting a replica source is'),
}

/** Takes the one action that a body names. Throws a refusal when it names none or several. */
export async function act(call: Call, known: Readonly<Record<string, Action>>): Promise<Answer> {
  const body = call.body as Readonly<Record<string, unknown>>
  const [name, ...others] = Object.keys(known).filter(name => name in body)
  if (name === undefined || others.length > 0) throw refusal.action_unknown({ known: Object.keys(known) })
  const { policy, run } = known[name]!
  call.requirePolicy(policy)
  await run(call, body[name])
  return accepted
}

export const instanceRoutes: readonly Route[] = [
  {
    method: 'GET',
    path: '/instances',
    policy: 'instance:index',
    operationId: 'listInstances',
    summary: 'The instances of the project, a page of twenty at most; `links` leads to the next.',
    answers: [200, instanceReplies.instances],
    run: call => list(call, instanceView),
  },
  {
    method: 'GET',
    path: '/instances/detail',
    policy: 'instance:detail',
    operationId: 'listInstanceDetails',
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
    run: async call => ok(admissionView(call.reader, await admitInstance(call.ports, call.caller, asked(call)))),
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
    method: 'PUT',
    path: '/instances/:id',
    policy: 'instance:update',
    operationId: 'updateInstance',
    summary: 'Rename an instance.',
    body: schemas.changeInstance,
    answers: [202, null],
    run: change,
  },
  {
    method: 'PATCH',
    path: '/instances/:id',
    policy: 'instance:edit',
    operationId: 'editInstance',
    summary: 'Rename an instance.',
    body: schemas.changeInstance,
    answers: [202, null],
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
    answers: [202, null],
    run: call => act(call, actions),
  },
]

/**
 * How the worker takes each step, on the host or inside the server, and what the API shows in the meantime. The steps
 * are chosen in `rules/instance/next-step.ts`. After a crash, `work.ts` notices that the server died,
 * `rules/instance/outcome.ts` sets the delay, and the step `start` starts it again.
 */

import { Fault } from '../model/fault.ts'
import type { Instance, Intent, Preparation } from '../model/instance.ts'
import type { EngineSettings } from '../model/observation.ts'
import type { DatabaseContents, DatabaseServer } from '../ports/database-server.ts'
import type { Ports } from '../ports/ports.ts'
import { type Goal, type Step, securingVersion } from '../rules/instance/next-step.ts'
import type { Outcome } from '../rules/instance/outcome.ts'
import { refusal } from '../rules/refusals.ts'

export type StepNeeds = Pick<Ports, 'compute' | 'secrets'>

/** The task description of an instance during each step, which the API shows. */
export const stepDescriptions: Readonly<Record<Step, string>> = {
  reserve: 'Reserving resources on the host.',
  initialise: 'Creating the data folder.',
  configure: 'Writing the engine settings of the database server.',
  start: 'Starting the database server.',
  secure: 'Limiting the privileges of users in the database server.',
  prepare: 'Creating databases and users.',
  change_password: 'Changing the password of the administrator.',
  stop: 'Stopping the database server.',
  remove: 'Removing the database server and its data.',
  settle: 'Checking that the database server responds.',
  lost: 'Looking for the data.',
  stranded: 'Looking for the database engine.',
}

/** Returns the goal of an intent. Throws a Fault if the engine is not available on this host. */
export function goalOf({ compute }: StepNeeds, intent: Intent): Goal {
  const { action, wanted, manager, restartOf, preparation } = intent
  const hardware = { vcpus: wanted.vcpus, ramMb: wanted.ramMb }
  return {
    action,
    hardware,
    settings: settingsOf(compute.settingsFor(manager, hardware), intent),
    restartOf,
    toSecure: intent.secured !== securingVersion,
    toPrepare: preparation !== null,
    toChangePassword: intent.nextAdminPassword !== null,
  }
}

function settingsOf(settings: EngineSettings | undefined, { action, manager }: Intent): EngineSettings {
  if (settings) return settings
  if (action === 'delete') return {}
  throw new Fault(`No database engine for the manager '${manager}' was found on this host.`)
}

/** Takes a step on the host. False if the host does not have enough memory. */
export async function takeStep(
  ports: StepNeeds,
  instance: Pick<Instance, 'id' | 'intent'>,
  step: Step,
  goal: Goal,
): Promise<boolean> {
  const { compute } = ports
  const { id, intent } = instance
  switch (step) {
    case 'reserve':
      return compute.reserve(id, goal.hardware)
    case 'initialise':
      await compute.initialise(id, intent!.imageId, ports.secrets.unseal(intent!.adminPassword))
      break
    case 'configure':
      await compute.configure(id, goal.settings)
      break
    case 'start':
      await compute.start(id)
      break
    case 'secure':
      await (await serverOf(ports, intent!)).secure({ isNew: goal.action === 'create' })
      break
    case 'prepare':
      await prepare(ports, intent!)
      break
    case 'change_password':
      await changePassword(ports, intent!)
      break
    case 'stop':
      await compute.stop(id)
      break
    case 'remove':
      await compute.remove(id)
      break
    case 'settle':
      if (intent!.action !== 'delete') await requireAnswer(await serverOf(ports, intent!))
      break
    case 'lost':
    case 'stranded':
      break
  }
  return true
}

async function serverOf({ compute, secrets }: StepNeeds, intent: Intent): Promise<DatabaseServer> {
  if (!intent.address) throw new Fault('The database server has no address.')
  return compute.server(intent.manager, intent.address, secrets.unseal(intent.adminPassword))
}

/** Returns the outcome of a step inside the server, which records that the step is done. */
export function outcomeInside(step: Step): Outcome {
  switch (step) {
    case 'secure':
      return { state: {}, intent: { secured: securingVersion } }
    case 'prepare':
      return { state: {}, intent: { preparation: null } }
    case 'change_password':
      return { state: {}, intent: {}, isPasswordChanged: true }
    default:
      return { state: {}, intent: {} }
  }
}

/** A worker that was killed may have changed the password already, without recording it or waiting for the disk. */
async function changePassword(ports: StepNeeds, intent: Intent): Promise<void> {
  const next = intent.nextAdminPassword!
  const withNextPassword = await serverOf(ports, { ...intent, adminPassword: next })
  const server = (await withNextPassword.answers()) ? withNextPassword : await serverOf(ports, intent)
  await server.changePassword(ports.secrets.unseal(next))
}

async function requireAnswer(server: DatabaseServer): Promise<void> {
  if (!(await server.answers())) throw new Fault('The database server is running, but does not respond.')
}

/** Existing databases and users are accepted: a worker that was killed created them without recording it. */
async function prepare(ports: StepNeeds, intent: Intent): Promise<void> {
  const { contents } = await serverOf(ports, intent)
  if (!contents) throw new Fault('Databases and users cannot be created: this database engine has none.')
  const { databases, users }: Preparation = JSON.parse(ports.secrets.unseal(intent.preparation!))
  for (const request of databases) check(await contents.createDatabase(request))
  for (const request of users) check(await contents.createUser(request))
}

function check(problem: Awaited<ReturnType<DatabaseContents['createUser']>>): void {
  if (!problem || problem.kind === 'database exists' || problem.kind === 'user exists') return
  const words = problem.kind === 'unusable' ? problem.problem : `${problem.name}: ${problem.kind}.`
  throw refusal.database_or_user_unusable({ problem: words })
}

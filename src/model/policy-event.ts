import type { DatastoreVersionId } from './ids.ts'

/** Who did something: a user id on the API, `cli:<os user>` on the command line. */
export type Actor = Readonly<{ id: string; requestId: string | null }>

/** What can happen to what a version allows, or to whether it is active. */
export const policyActions = ['added', 'deleted', 'version_deleted', 'set', 'switched_off', 'switched_on'] as const

export type PolicyAction = (typeof policyActions)[number]

/** One change of what a datastore version allows, or of whether it is active. Written with the change itself, never altered afterwards. */
export type PolicyEvent = Readonly<{
  id: string
  created: Date
  actor: string
  requestId: string | null
  versionId: DatastoreVersionId
  action: PolicyAction
  key: string
  value: string
}>

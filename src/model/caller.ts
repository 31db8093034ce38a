import type { ProjectId } from './ids.ts'

/** Who is asking, as the identity service vouches for it. */
export type Caller = Readonly<{
  userId: string
  projectId: ProjectId
  roles: readonly string[]
  isAdmin: boolean
}>

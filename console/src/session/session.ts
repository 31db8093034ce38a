import { useSyncExternalStore } from 'react'
import { changeProject, type IssuedToken, type Project, revoke } from './identity.ts'

/** Who is logged in, for which project, and until when. */
export type Session = Readonly<{
  token: string
  /** The token that others are got from; the same token for an application credential. */
  loginToken: string
  user: string
  domain: string
  project: Project
  /** The names of the user's roles in the project. */
  roles: readonly string[]
  expiresAt: string
  by: 'password' | 'application credential'
  /** The id of the application credential. */
  credentialId?: string
}>

/** A session that is about to begin: the project is not chosen yet. */
export type OpenLogin = Omit<Session, 'token' | 'project' | 'roles'>

/** The storage of the tab: it ends with the tab, and a reload keeps it. */
const key = 'trove-session'

function stored(): Session | undefined {
  const text = sessionStorage.getItem(key)
  const session = text === null ? undefined : (JSON.parse(text) as Session)
  return session && Date.parse(session.expiresAt) > Date.now() ? session : undefined
}

let current = stored()
let hasEnded = false
let waiting: (() => void)[] = []
const listeners = new Set<() => void>()

function tell(): void {
  for (const listener of listeners) listener()
}

/** Calls a function when the session begins, continues, has ended or is left. Returns a function that stops that. */
export function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

/** Tells one user and project from another; undefined if no one is logged in. */
export const callerNow = (): string | undefined => current && `${current.user} ${current.project.id}`

/** The session of this tab; undefined if no one is logged in. */
export const useSession = (): Session | undefined => useSyncExternalStore(subscribe, () => current)

/** Whether the server no longer accepts the session, so that its user has to log in again. */
export const useHasEnded = (): boolean => useSyncExternalStore(subscribe, () => hasEnded)

/** The session of this tab. Throws an Error if no one is logged in. */
export function currentSession(): Session {
  if (!current) throw new Error('You are logged out.')
  return current
}

/** Begins a session, or continues the one that has ended. Requests that wait for it are sent. */
export function beginSession(session: Session): void {
  current = session
  hasEnded = false
  sessionStorage.setItem(key, JSON.stringify(session))
  for (const send of waiting.splice(0)) send()
  tell()
}

/** Begins a session from a token that was issued for a project. */
export function beginWith(login: OpenLogin, issued: IssuedToken): void {
  if (!issued.project) throw new Error('The token is not for a project.')
  const { token, project, roles, expiresAt } = issued
  beginSession({ ...login, token, project, roles, expiresAt })
}

/** Continues the session in another project. Throws an IdentityError. */
export async function switchProject(projectId: string): Promise<void> {
  const { token: _token, project: _project, roles: _roles, ...login } = currentSession()
  beginWith(login, await changeProject(login.loginToken, projectId))
}

/** Asks the user to log in again, and waits until that was done. */
export function loggedInAgain(): Promise<void> {
  hasEnded = true
  const { promise, resolve } = Promise.withResolvers<void>()
  waiting.push(resolve)
  tell()
  return promise
}

/** Says that the session has ended, before a request finds out. */
export function endSession(): void {
  hasEnded = true
  tell()
}

/** Ends the session here, and its tokens at the identity service. */
export function logOut(): void {
  const ended = current
  current = undefined
  hasEnded = false
  waiting = []
  sessionStorage.removeItem(key)
  tell()
  // A token that cannot be ended ends by itself.
  for (const token of new Set(ended ? [ended.token, ended.loginToken] : [])) revoke(token).catch(() => {})
}

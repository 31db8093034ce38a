import { useSyncExternalStore } from 'react'
import { callerNow, subscribe } from '../session/session.ts'

/** A user of an instance with a password that the API does not show again. It is kept in memory only. */
export type NewLogin = Readonly<{
  instanceId: string
  user: string
  password: string
  /** A database that the user can use. */
  database: string | undefined
  /** Whether it was chosen together with the instance, or on its page. */
  since: 'create' | 'change'
}>

let logins: readonly NewLogin[] = []
let caller = callerNow()
const listeners = new Set<() => void>()

function set(value: readonly NewLogin[]): void {
  logins = value
  for (const listener of listeners) listener()
}

const listen = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** Keeps new passwords until the user has stored them. An earlier one of the same user is forgotten. */
export function keepNewLogins(added: readonly NewLogin[]): void {
  const isOld = ({ instanceId, user }: NewLogin) =>
    added.some(login => login.instanceId === instanceId && login.user === user)
  set([...logins.filter(login => !isOld(login)), ...added])
}

/** Forgets new passwords: they were stored, or their user is gone. */
export const forgetNewLogins = (gone: (login: NewLogin) => boolean): void => set(logins.filter(login => !gone(login)))

/** The passwords of an instance that are to be stored. */
export const useNewLogins = (instanceId: string): readonly NewLogin[] =>
  useSyncExternalStore(listen, () => logins).filter(login => login.instanceId === instanceId)

// A reload and the end of the tab lose them, so the browser asks first.
addEventListener('beforeunload', event => {
  if (logins.length > 0) event.preventDefault()
})

subscribe(() => {
  if (callerNow() !== caller) set([])
  caller = callerNow()
})

/**
 * This folder contains the identity service that runs in our own process, for installations without Keystone. Tokens are
 * signed, not stored. Each use of a token looks up user, project and roles in the identity file, so a change of that file
 * takes effect immediately, even for existing tokens. `trove-manage` changes users through `user-directory.ts`.
 */

import { Fault } from '../../model/fault.ts'
import type { Clock } from '../../ports/clock.ts'
import type { IdentityService, Login, Named, TokenFacts } from '../../ports/identity.ts'
import { oncePerTurn } from '../../turn/turn.ts'
import { openLoginPauses } from '../login-pauses.ts'
import { type Directory, openDirectory } from './directory-file.ts'
import { openHashingQueue } from './hashing-queue.ts'
import { isPassword } from './passwords.ts'
import { openRevokedTokens } from './revoked-tokens.ts'
import { type Claims, isInTime, issueToken, passwordFingerprint, readToken } from './tokens.ts'
import { rememberVerifiedTokens, type VerifiedToken } from './verified-tokens.ts'

/** The disk may be full, or the folder not writable. */
function failRevocation(cause: unknown): never {
  throw new Fault('The token cannot be revoked at the moment.', { cause, status: 503, retryAfterSeconds: 10 })
}

/** Opens the embedded identity service: users and projects in a file, signed tokens, and the roles admin and member. */
export function openEmbeddedIdentity(
  settings: { identityFile: string; tokenLifeSeconds: number },
  clock: Pick<Clock, 'now' | 'monotonicMs'>,
): IdentityService {
  const directory = openDirectory(settings.identityFile)
  directory()
  const revoked = openRevokedTokens(`${settings.identityFile}.revoked`, clock, settings.tokenLifeSeconds * 1000)
  const [paced, queued] = [openLoginPauses(clock), openHashingQueue()]

  const matches = (reference: { id?: string | undefined; name?: string | undefined }) => (named: Named) =>
    reference.id !== undefined ? named.id === reference.id : named.name === reference.name

  /** Undefined also when the user was deleted, or has changed the password since the token was issued. */
  const verified = rememberVerifiedTokens((token, { signing_key: key, users }) => {
    const claims = readToken(token, key)
    const user = users.find(user => user.id === claims?.user)
    if (!claims || !user || claims.password !== passwordFingerprint(user.password, key)) return undefined
    const isRevoked = oncePerTurn(() => revoked.has(claims))
    const facts = factsOf(claims)
    const tokenUser = facts && { userId: facts.user.id, projectId: facts.project.id, roles: facts.roles }
    return { claims, isRevoked, user: tokenUser }
  })

  const currentToken = (token: string): VerifiedToken | undefined => {
    const known = verified(token, directory())
    return known && isInTime(known.claims, clock.now()) && !known.isRevoked() ? known : undefined
  }
  const claimsOf = (token: string): Claims | undefined => currentToken(token)?.claims

  /** Looks everything up again, so that existing tokens lose a removed role. */
  const factsOf = (claims: Claims): TokenFacts | undefined => {
    const { users, projects, assignments } = directory()
    const user = users.find(user => user.id === claims.user)
    const project = projects.find(project => project.id === claims.project)
    const roles = assignments.find(({ user, project }) => user === claims.user && project === claims.project)?.roles
    if (!user || !project || !roles) return undefined
    return {
      id: claims.id,
      methods: claims.methods,
      user: { id: user.id, name: user.name },
      project: { id: project.id, name: project.name },
      roles,
      issuedAt: new Date(claims.issuedAt * 1000),
      expiresAt: new Date(claims.expiresAt * 1000),
    }
  }

  const projectsOf = (userId: string): Named[] => {
    const { projects, assignments } = directory()
    return assignments
      .filter(({ user }) => user === userId)
      .flatMap(({ project }) => projects.filter(({ id }) => id === project))
  }

  const userOf = async ({ by }: Login, from: string): Promise<Directory['users'][number] | undefined> => {
    if ('token' in by) return directory().users.find(user => user.id === claimsOf(by.token)?.user)
    return paced(by.user, from, async () => {
      const user = directory().users.find(matches(by.user))
      return (await queued(from, () => isPassword(by.password, user?.password))) ? user : undefined
    })
  }

  /** An exchanged token expires together with the first one. Otherwise users would never have to log in again. */
  const endOf = ({ by }: Login): Pick<Claims, 'epoch' | 'expiresAt'> => {
    const firstToken = 'token' in by ? claimsOf(by.token) : undefined
    if (firstToken) return firstToken
    const expiresAt = Math.floor(clock.now().getTime() / 1000) + settings.tokenLifeSeconds
    return { epoch: revoked.epoch(), expiresAt }
  }

  return {
    validate: token => currentToken(token)?.user,
    async login(login, from = '') {
      const user = await userOf(login, from)
      if (user === undefined) return undefined
      const project = projectsOf(user.id).find(login.project ? matches(login.project) : () => true)
      if (!project) return undefined
      const methods = ['token' in login.by ? 'token' : 'password']
      const { id, password: hash } = user
      const { signing_key: key } = directory()
      const { epoch, expiresAt } = endOf(login)
      const claims = { user: id, project: project.id, methods, password: passwordFingerprint(hash, key), epoch }
      const issued = issueToken(claims, key, clock.now(), expiresAt)
      const facts = factsOf(issued.claims)
      return facts && { token: issued.token, facts }
    },
    async describe(token) {
      const claims = claimsOf(token)
      return claims && factsOf(claims)
    },
    async revoke(token) {
      const claims = claimsOf(token)
      if (claims) await revoked.add(claims).catch(failRevocation)
    },
    async projectsOf(userId) {
      return projectsOf(userId)
    },
    async projects() {
      return directory().projects
    },
  }
}

import { randomUUID } from 'node:crypto'
import type { Named } from '../../ports/identity.ts'
import type { DirectoryDraft, DirectoryUser, UserDirectory } from '../../ports/user-directory.ts'
import { type Directory, newSigningKey, readDirectory, writeDirectory } from './directory-file.ts'
import { withLockOf } from './directory-lock.ts'
import { hashPassword, newPassword } from './passwords.ts'

/** Opens the users and projects of an identity file for reading and changing. */
export function openIdentityFile(file: string): UserDirectory {
  return {
    users: async () => usersOf(readDirectory(file)),
    projects: async () => byName(readDirectory(file).projects),
    newPassword,
    change: work =>
      withLockOf(file, async () => {
        const directory = readDirectory(file)
        const result = await work(draftOf(directory))
        writeDirectory(file, directory)
        return result
      }),
  }
}

const byName = <T extends Named>(all: readonly T[]): T[] =>
  all.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0))

const usersOf = ({ users, projects, assignments }: Directory): DirectoryUser[] =>
  byName(
    users.map(({ id, name }) => ({
      id,
      name,
      memberships: assignments
        .filter(({ user }) => user === id)
        .flatMap(({ project, roles }) =>
          projects.filter(({ id }) => id === project).map(project => ({ project, roles })),
        ),
    })),
  )

/** Ids in Keystone's format. */
const newId = () => randomUUID().replaceAll('-', '')

function draftOf(directory: Directory): DirectoryDraft {
  return {
    users: () => usersOf(directory),
    projects: () => byName(directory.projects),
    addProject(name) {
      const project = { id: newId(), name }
      directory.projects.push(project)
      return project
    },
    removeProject(projectId) {
      directory.projects = directory.projects.filter(({ id }) => id !== projectId)
      directory.assignments = directory.assignments.filter(({ project }) => project !== projectId)
    },
    async addUser(name, password) {
      const user = { id: newId(), name }
      directory.users.push({ ...user, password: await hashPassword(password) })
      return user
    },
    async setPassword(userId, password) {
      const hash = await hashPassword(password)
      directory.users = directory.users.map(user => (user.id === userId ? { ...user, password: hash } : user))
    },
    removeUser(userId) {
      directory.users = directory.users.filter(({ id }) => id !== userId)
      directory.assignments = directory.assignments.filter(({ user }) => user !== userId)
    },
    renewSigningKey() {
      directory.signing_key = newSigningKey()
    },
    setRoles(userId, projectId, roles) {
      const others = directory.assignments.filter(({ user, project }) => user !== userId || project !== projectId)
      const own = { user: userId, project: projectId, roles: [...roles] }
      directory.assignments = roles.length === 0 ? others : [...others, own]
    },
  }
}

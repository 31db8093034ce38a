import { refusals } from '../../model/refused.ts'
import { type Alternatives, notFound } from '../alternatives.ts'

type None = Record<string, never>

/** Words the refusals about users and projects of the embedded identity. Only `trove-manage` manages them. */
export const identityRefusal = refusals({
  users_kept_elsewhere: {
    status: 400,
    words: (f: { file: string }) => `Users are not managed here: the file '${f.file}' was not found.`,
    hint: () =>
      'The server creates this file on its first start. If Keystone manages the users, use `openstack user create`, `openstack role add` and similar commands.',
  },
  tokens_signed_elsewhere: {
    status: 400,
    words: (_: None) => 'Keystone issues the tokens in this configuration: there is no signing key to change here.',
    hint: () => 'To change the keys of Keystone, run `keystone-manage fernet_rotate` on its host.',
  },
  identity_user_exists: {
    status: 409,
    words: (f: { name: string }) => `User '${f.name}' already exists.`,
    hint: () => '`trove-manage user_role_set` adds a user to another project, and `user_password` changes a password.',
  },
  identity_user_not_found: {
    status: 404,
    words: (f: { name: string; alternatives: Alternatives }) =>
      notFound(`User '${f.name}' cannot be found.`, f.name, f.alternatives),
    hint: () => '`trove-manage user_list` shows the users.',
  },
  project_exists: { status: 409, words: (f: { name: string }) => `Project '${f.name}' already exists.` },
  project_has_instances: {
    status: 409,
    words: (f: { name: string; count: number }) =>
      `Project '${f.name}' has ${f.count === 1 ? 'one instance' : `${f.count} instances`}.`,
    hint: () => 'Delete them first, or nobody but an admin could reach them any more. Nothing was changed.',
  },
  project_not_found: {
    status: 404,
    words: (f: { name: string; alternatives: Alternatives }) =>
      notFound(`Project '${f.name}' cannot be found.`, f.name, f.alternatives),
    hint: () => '`trove-manage project_list` shows the projects, and `project_add` adds one.',
  },
})

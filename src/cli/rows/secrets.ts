import type { Command } from '../command.ts'

/** Commands that replace the service's own secrets. */
export const secretCommands: readonly Command[] = [
  {
    verb: 'instance_admin_password_change',
    summary: 'Changes the passwords with which the service administers the database servers of instances.',
    args: [['[instance...]', 'Instance ids.']],
    options: [
      ['--all', 'Change the passwords of all instances.'],
      [
        '--wait <seconds>',
        'How long to wait for the worker (default: 120). After that, the worker continues on its own.',
      ],
    ],
    lists: true,
    example: [
      'trove-manage instance_admin_password_change --all',
      'Requires a running worker. Does not show the passwords, and does not change those of users or root. Safe to repeat.',
    ],
    run: async (...call) => (await import('../secret-commands.ts')).instanceAdminPasswordChange(...call),
  },
  {
    verb: 'signing_key_change',
    summary: 'Changes the key that signs the tokens of the embedded identity service. This revokes every token.',
    example: [
      'trove-manage signing_key_change',
      'A running API uses the new key immediately; every user has to log in again.',
    ],
    run: async context => (await import('../secret-commands.ts')).signingKeyChange(context),
  },
  {
    verb: 'secret_key_change',
    summary: 'Changes the key that encrypts passwords in the database, and encrypts them again with the new key.',
    example: [
      'trove-manage secret_key_change',
      'The API and the workers on this machine keep running and use the new key; all of them must be of this release. If the command was interrupted, run it again to complete the change.',
    ],
    run: async context => (await import('../secret-commands.ts')).secretKeyChange(context),
  },
]

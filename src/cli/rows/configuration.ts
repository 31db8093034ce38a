import type { Command } from '../command.ts'

/** Commands that check the operator's own files. */
export const configurationCommands: readonly Command[] = [
  {
    verb: 'config_check',
    summary: 'Shows which configuration keys are used, ignored or wrong. Opens no connections.',
    options: [['--all', 'Also show keys that have their default value.']],
    lists: true,
    example: ['trove-manage config_check', 'Exits with 1 if a key is wrong.'],
    run: async (...call) => (await import('../config-check.ts')).configCheck(...call),
  },
  {
    verb: 'policy_show',
    summary: 'Shows the access policies: the rules in force, and whether each is the default.',
    args: [['[policy]', 'Name of one access policy (default: all).']],
    options: [['--roles <roles>', 'Comma-separated roles. Also show whether a caller with these roles is allowed.']],
    lists: true,
    example: [
      'trove-manage policy_show datastore:delete --roles member',
      'Shows whether members may delete a datastore.',
    ],
    run: async (...call) => (await import('../policy-commands.ts')).policyShow(...call),
  },
]

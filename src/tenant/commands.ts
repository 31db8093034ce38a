import { formats } from '../cli/formats.ts'
import { checkFormats, type TenantCommand } from './command.ts'

/** Every command of trovets, in the order of its help. */
export const tenantCommands: readonly TenantCommand[] = [
  {
    verb: 'flavors',
    summary: 'Lists the flavors of the project, smallest first, with the verdict of a datastore version about each.',
    args: [
      ['datastore', 'Name or id of the datastore.'],
      ['version', 'Name or id of the datastore version.'],
    ],
    formats,
    example: ['trovets flavors mysql 8.0', 'Shows which flavors MySQL 8.0 allows, and why not the others.'],
    run: async (...call) => (await import('./flavor-commands.ts')).listFlavors(...call),
  },
  {
    verb: 'resize-targets',
    summary: 'Lists the flavors of the project, smallest first, and whether an instance can be resized to each.',
    args: [['instance', 'Name or id of the instance.']],
    formats,
    example: ['trovets resize-targets shop', 'Shows where the instance shop can go, and why not elsewhere.'],
    run: async (...call) => (await import('./flavor-commands.ts')).listResizeTargets(...call),
  },
  {
    verb: 'check',
    summary: 'Checks the database instances of Terraform plans and Heat templates before they are created.',
    args: [
      [
        'file...',
        'A plan, as `terraform show -json` prints it, or a HOT template. With -, the file is read from standard input.',
      ],
    ],
    options: [
      ['-p, --parameter <name=value>', 'Value of a parameter of a template. Can be repeated.', 'repeatable'],
      [
        '--shown-in <path>',
        'File at which a report shows what it found in a plan, such as main.tf. Plans have no lines.',
      ],
      ['--strict', 'Exit with 3 also for warnings, and for what could not be judged.'],
    ],
    formats: checkFormats,
    example: ['trovets check plan.json', 'Exits with 3 if an instance of the plan would be refused.'],
    run: async (...call) => (await import('./check-command.ts')).checkFiles(...call),
  },
]

/** The options that choose a cloud: the flags, the key of the setting in clouds.yaml, the description. */
export const cloudOptions = [
  ['--os-auth-url <url>', 'auth_url', 'URL of Keystone.'],
  ['--os-username <name>', 'username', 'User to log in as.'],
  ['--os-user-domain-name <name>', 'user_domain_name', 'Domain of the user.'],
  ['--os-project-name <name>', 'project_name', 'Project to log in to.'],
  ['--os-project-id <id>', 'project_id', 'Project to log in to, by id.'],
  ['--os-project-domain-name <name>', 'project_domain_name', 'Domain of the project.'],
  ['--os-region-name <name>', 'region_name', 'Region of the database service.'],
  ['--os-interface <name>', 'interface', 'Endpoint of the database service: public, internal or admin.'],
  ['--os-cacert <path>', 'cacert', 'File with the certificate authorities to trust.'],
] as const

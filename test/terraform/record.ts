import { execFile } from 'node:child_process'
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { startProvider } from './provider.ts'

/** An instance of the state, as Terraform writes it. */
const stored = (name: string, attributes: object = {}) => ({
  mode: 'managed',
  type: 'openstack_db_instance_v1',
  name,
  provider: 'provider["registry.terraform.io/terraform-provider-openstack/openstack"]',
  instances: [
    {
      schema_version: 0,
      attributes: {
        ...{ id: `id-of-${name}`, region: 'RegionOne', name, flavor_id: '13', size: 1, configuration_id: null },
        ...{ addresses: [], datastore: [{ type: 'mysql', version: '8.0' }], network: [], database: [], user: [] },
        ...attributes,
      },
    },
  ],
})
const state = {
  version: 4,
  terraform_version: '1.11.4',
  serial: 1,
  lineage: '2e1d7cd1-2c4c-4a9d-9a0a-1f0c3ad0b9f1',
  outputs: {},
  resources: [stored('replaced'), stored('resized'), stored('before', { name: 'moved' }), stored('deleted')],
}

// Terraform is not in Debian and not on npm, so the tests read what this wrote. It needs `terraform` on the PATH, and downloads nothing.
const folder = mkdtempSync(join(tmpdir(), 'trove-ts-terraform-'))
const provider = await startProvider()
try {
  cpSync(join(import.meta.dirname, 'main.tf'), join(folder, 'main.tf'))
  cpSync(join(import.meta.dirname, 'shop'), join(folder, 'shop'), { recursive: true })
  writeFileSync(join(folder, 'terraform.tfstate'), JSON.stringify(state))
  const env = { ...process.env, TF_REATTACH_PROVIDERS: provider.reattach, CHECKPOINT_DISABLE: '1' }
  const terraform = (...args: readonly string[]) =>
    promisify(execFile)('terraform', args, { cwd: folder, env, maxBuffer: 2 ** 26 })
  await terraform('init', '-input=false')
  await terraform('plan', '-input=false', '-out=plan.bin')
  const { stdout } = await terraform('show', '-json', 'plan.bin')
  writeFileSync(join(import.meta.dirname, 'plan.json'), `${JSON.stringify(JSON.parse(stdout), null, 1)}\n`)
} finally {
  provider.stop()
  rmSync(folder, { recursive: true })
}

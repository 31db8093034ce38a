/** The schema file, which is beside the flavors file, so that an editor finds it without a network. */
export const schemaFileName = 'flavors.schema.json'

/** The flavors file of a new installation: Nova's classic sizes, and smaller ones that run on a laptop. */
export const starterCatalogue = `# yaml-language-server: $schema=./${schemaFileName}
#
# The flavors and volume types that this server offers. Changes take effect when the file is saved.
# ram and swap are in MiB, disk and ephemeral in GiB. Only the listed projects can use an entry with "projects".
flavors:
  - { id: "1", name: m1.tiny, vcpus: 1, ram: 512, disk: 1 }
  - { id: "2", name: m1.small, vcpus: 1, ram: 2048, disk: 20 }
  - { id: "3", name: m1.medium, vcpus: 2, ram: 4096, disk: 40 }
  - { id: "4", name: m1.large, vcpus: 4, ram: 8192, disk: 80 }
  - { id: "5", name: m1.xlarge, vcpus: 8, ram: 16384, disk: 160 }
  - { id: "11", name: db.nano, vcpus: 1, ram: 128, disk: 1 }
  - { id: "12", name: db.micro, vcpus: 1, ram: 256, disk: 1 }
  - { id: "13", name: db.small, vcpus: 1, ram: 512, disk: 2 }
  - { id: "14", name: db.medium, vcpus: 2, ram: 1024, disk: 5 }

# The type 'standard' always exists. To add others:
# volume_types:
#   - { name: fast-ssd, description: Local NVMe }
`

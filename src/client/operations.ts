// Generated from openapi/trove.json by `npm run gen`; changes here are lost.

/** What each operation of the API takes and answers, by its name in the OpenAPI document. */
export type Operations = {
  /** Lists the flavors that a datastore version allows and the project can use. With `verdicts=true`, lists every flavor that the project can use, each with a verdict. */
  listVersionFlavors: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
        /** Id or name of a datastore version. */
        version: string
      }
      query?: {
        /** `true`: list every flavor that the project can use, each with a verdict. */
        verdicts?: string
      }
    }
    answer: {
      flavors: readonly ({
        id: number | null
        links: readonly {
          href: string
          rel: string
        }[]
        name: string
        /** MiB */
        ram: number
        vcpus: number
        /** GiB */
        disk: number
        /** GiB */
        ephemeral: number
        /** The id as text; always present. */
        str_id: string
      } | {
        id: number | null
        links: readonly {
          href: string
          rel: string
        }[]
        name: string
        /** MiB */
        ram: number
        vcpus: number
        /** GiB */
        disk: number
        /** GiB */
        ephemeral: number
        /** The id as text; always present. */
        str_id: string
        verdict: {
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
          message: string | null
        }
      })[]
    }
  }
  /** Shows whether a datastore version allows a flavor, by id or name, and every reason against it. */
  showFlavorVerdict: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
        /** Id or name of a datastore version. */
        version: string
        /** Id of a flavor. */
        flavor: string
      }
    }
    answer: {
      flavor: {
        id: number | null
        links: readonly {
          href: string
          rel: string
        }[]
        name: string
        /** MiB */
        ram: number
        vcpus: number
        /** GiB */
        disk: number
        /** GiB */
        ephemeral: number
        /** The id as text; always present. */
        str_id: string
        verdict: {
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
          message: string | null
        }
      }
    }
  }
  /** Lists the volume types that a datastore version allows and the project can use. */
  listVersionVolumeTypes: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
        /** Id or name of a datastore version. */
        version: string
      }
    }
    answer: {
      volume_types: readonly ({
        id: string
        name: string
        is_public: boolean
        description: string | null
      })[]
    }
  }
  /** Decides whether a request to Trove may have the hardware that it asks for. Requests that ask for none are admitted. */
  decideRequest: {
    input: {
      body: {
        /** The method of the request: POST. */
        method: string
        /** The path of the request as the client wrote it: /v1.0/{project}/instances. */
        path: string
        /** The query, without the question mark. */
        query?: string
        content_type?: string | null
        content_encoding?: string | null
        /** The body, byte for byte: as text, details that parsers treat differently could be lost. */
        body_base64?: string
        /** Why an admin bypasses the flavor policy and the volume types of a version; 1 to 255 characters. Needs `[trovets] bypass_header` and `identity`; ignored unless the identity is an admin. */
        bypass_reason?: string | null
        /** The user who sends the request (default: the caller). Only users in `[trovets] decision_callers` can specify another one. */
        identity?: {
          user_id: string
          project_id: string
          roles: readonly string[]
        }
      }
    }
    answer: {
      decision: 'admit' | 'refuse'
      /** Also in the log of this server. */
      decision_id: string
      /** With `refuse`: the status of the response to the client. */
      status: number | null
      /** With `refuse`: the body of the response to the client. */
      body: { readonly [key: string]: unknown } | null
      /** Seconds for the header Retry-After, if the request could not be checked. */
      retry_after: number | null
      /** With `admit`: one for each flavor that is allowed although it breaks the flavor policy. */
      warnings: readonly string[]
      /** Whether Trove's response is to be reported with `POST /decisions/{decision}/result`. */
      report_result: boolean
    }
  }
  /** Reports Trove's response to a request that was admitted. Only the user who asked for the decision can report it. */
  reportDecisionResult: {
    input: {
      path: {
        decision: string
      }
      body: {
        /** The status of Trove's response. */
        status: number
        /** The instance that Trove created. */
        instance_id?: string | null
        /** The cluster that Trove created. */
        cluster_id?: string | null
      }
    }
    answer: undefined
  }
  /** Checks a create request, including the quota, without creating anything. Returns the verdict, or the error that a create would return. */
  dryRunInstance: {
    input: {
      body: {
        instance: {
          name: string
          /** Flavor id as text or integer, or a URL that ends with it. Where this service creates instances, also the name of a flavor. */
          flavorRef?: string | number
          volume?: {
            size: number | string
            type?: string | null
          }
          datastore?: {
            type?: string
            version?: string
            version_number?: string
          }
          databases?: readonly {
            name: string
            character_set?: string
            collate?: string
          }[]
          users?: readonly {
            name: string
            password: string
            host?: string
            databases?: readonly {
              name: string
            }[]
          }[]
          availability_zone?: string
          region_name?: string | null
          nics?: readonly { readonly [key: string]: unknown }[]
          access?: {
            is_public?: boolean
            allowed_cidrs?: readonly string[]
          }
        }
      }
    }
    answer: {
      verdict: {
        allowed: boolean
        /** Every reason against the flavor. With `allowed: true`, these are warnings. */
        reasons: readonly ({
          code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
          requirement?: string
          actual?: number | string | null
          unit?: string | null
          /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
          level: 'refuse' | 'warn' | 'audit'
          /** Whether it is a rule of the version, or of its datastore. */
          source: 'version' | 'datastore'
          /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
          waived_until?: string
        })[]
        message: string | null
      }
      instance: {
        name: string
        flavor: {
          id: number | null
          links: readonly {
            href: string
            rel: string
          }[]
          name: string
          /** MiB */
          ram: number
          vcpus: number
          /** GiB */
          disk: number
          /** GiB */
          ephemeral: number
          /** The id as text; always present. */
          str_id: string
        }
        volume: {
          size: number
          type: string | null
        }
        datastore: {
          id: string
          type: string
          version: string
          version_id: string
          version_number: string
        }
        image: {
          id: string
          name: string
        }
      }
    }
  }
  /** Lists the flavors that the project can use, and whether the instance can be resized to each. */
  listResizeTargets: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      flavors: readonly ({
        id: number | null
        links: readonly {
          href: string
          rel: string
        }[]
        name: string
        /** MiB */
        ram: number
        vcpus: number
        /** GiB */
        disk: number
        /** GiB */
        ephemeral: number
        /** The id as text; always present. */
        str_id: string
        verdict: {
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
          message: string | null
        }
        /** Whether the instance has this flavor. */
        current: boolean
        resize: {
          possible: boolean
          message: string | null
        }
      })[]
    }
  }
  /** Lists the flavors associated with a version, including flavors that no longer exist. */
  listFlavorAssociations: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      /** The ids alone, as Trove lists them. */
      flavor_ids: readonly string[]
      /** False if the version allows every flavor that meets its requirements. */
      restricted: boolean
      flavors: readonly ({
        id: string
        name: string | null
        exists: boolean
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        associated_at: string
      })[]
    }
  }
  /** Associates flavors with a version, by id or name: all or none. Flavors that do not meet the requirements are refused unless `force` is set. */
  associateFlavors: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
      body: {
        /** Flavors by id, as in Trove, or by name: the answer is 202 without a body. All are associated, or none. Either `flavor_ids` or `flavors` is required. `flavor_ids` imply `allow_none`, because Trove refuses no flavor for that reason. */
        flavor_ids?: readonly string[]
        /** Flavors by id, as text or integers, or by name: the answer is 200 and describes the effect. */
        flavors?: readonly (string | number)[]
        /** Whether every flavor must exist. Default: true. */
        check?: boolean
        /** Also associate flavors that do not meet the requirements. They are still refused at create and resize. Default: false. */
        force?: boolean
        /** Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false. */
        allow_none?: boolean
      }
    }
    answer: {
      added: readonly ({
        id: string
        name: string | null
      })[]
      /** The effect of the change. */
      effect: {
        became: 'restricted' | 'open' | null
        flavors_allowed: number
        /** Number of flavors that are no longer allowed. */
        flavors_fell_out: number
        /** Number of flavors that are newly allowed. */
        flavors_came_in: number
        /** Number of flavors that are allowed with a warning. */
        flavors_warned: number
        /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
        flavors_audited: number
        /** Number of instances on flavors that are no longer allowed. They keep running. */
        instances_on_them: number
        /** Number of instances of the version that violate the flavor policy. */
        instances_out_of_line: number
        /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
        flavors_changed?: readonly ({
          id: string
          name: string
          /** Whether it would be allowed after the change. */
          allowed: boolean
          /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
          outcome: 'allowed' | 'warned' | 'audited' | 'refused'
          /** What becomes of it today. */
          outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
        })[]
        /** The number of all such flavors. */
        flavors_changed_count?: number
      }
      /** One sentence for each flavor that does not meet the requirements. */
      warnings?: readonly string[]
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    } | undefined
  }
  /** Removes the association of a flavor with a version, by id or name. */
  dissociateFlavor: {
    input: {
      path: {
        /** The id. */
        id: string
        /** Id of a flavor. */
        flavor: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
    }
    answer: {
      deleted: readonly string[]
      /** The effect of the change. */
      effect: {
        became: 'restricted' | 'open' | null
        flavors_allowed: number
        /** Number of flavors that are no longer allowed. */
        flavors_fell_out: number
        /** Number of flavors that are newly allowed. */
        flavors_came_in: number
        /** Number of flavors that are allowed with a warning. */
        flavors_warned: number
        /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
        flavors_audited: number
        /** Number of instances on flavors that are no longer allowed. They keep running. */
        instances_on_them: number
        /** Number of instances of the version that violate the flavor policy. */
        instances_out_of_line: number
        /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
        flavors_changed?: readonly ({
          id: string
          name: string
          /** Whether it would be allowed after the change. */
          allowed: boolean
          /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
          outcome: 'allowed' | 'warned' | 'audited' | 'refused'
          /** What becomes of it today. */
          outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
        })[]
        /** The number of all such flavors. */
        flavors_changed_count?: number
      }
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    } | undefined
  }
  /** Lists the volume types associated with a version, including types that no longer exist. */
  listVolumeTypeAssociations: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      /** Names and ids as they were associated. */
      volume_type_ids: readonly string[]
      /** False if the version allows every volume type. */
      restricted: boolean
      volume_types: readonly ({
        id: string
        name: string | null
        exists: boolean
      })[]
    }
  }
  /** Associates volume types with a version, by name or id: all or none. */
  associateVolumeTypes: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
      }
      body: {
        /** Names or ids of volume types. All are associated, or none. */
        volume_type_ids: readonly string[]
        /** Whether every volume type must exist. Default: true. */
        check?: boolean
      }
    }
    answer: {
      added: readonly string[]
      /** The effect of the change. Existing volumes do not change. */
      effect: {
        became: 'restricted' | 'open' | null
        types_allowed: number
        /** Number of volume types that are no longer allowed. */
        types_fell_out: number
      }
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
      }
    } | undefined
  }
  /** Removes the association of a volume type with a version. */
  dissociateVolumeType: {
    input: {
      path: {
        /** The id. */
        id: string
        /** Name or id of a volume type, as it was associated. */
        type: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
      }
    }
    answer: {
      deleted: readonly string[]
      /** The effect of the change. Existing volumes do not change. */
      effect: {
        became: 'restricted' | 'open' | null
        types_allowed: number
        /** Number of volume types that are no longer allowed. */
        types_fell_out: number
      }
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
      }
    } | undefined
  }
  /** Lists the requirements of a version, including stored ones that cannot be parsed. */
  listFlavorRequirements: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      requirements: readonly ({
        id: string
        /** The requirement as stored. */
        requirement: string
        /** False if it cannot be parsed. It then refuses every flavor until it is deleted. */
        readable: boolean
        property: 'vcpus' | 'ram' | 'disk' | 'ephemeral' | 'swap' | 'ram/vcpus' | 'disk/ram' | 'name' | null
        extra_spec: string | null
        operator: '>=' | '<=' | '=' | null
        value: number | string | null
        unit: string | null
        /** Number of flavors that meet it. */
        flavors_meeting: number
        /** What becomes of flavors that do not meet it. */
        level: 'refuse' | 'warn' | 'audit'
        /** Whose requirement it is: that of the version, or that of its datastore. */
        source: 'version' | 'datastore'
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        set_at: string
      })[]
    }
  }
  /** Adds requirements to a version: all or none. */
  addFlavorRequirements: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
      body: {
        /** See docs/reference/requirements.md for the grammar. All are added, or none. */
        requirements: readonly string[]
        /** The level of these requirements. Default: the enforcement of the version. */
        level?: 'refuse' | 'warn' | 'audit'
        /** Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false. */
        allow_none?: boolean
      }
    }
    answer: {
      added: readonly string[]
      /** The effect of the change. */
      effect: {
        became: 'restricted' | 'open' | null
        flavors_allowed: number
        /** Number of flavors that are no longer allowed. */
        flavors_fell_out: number
        /** Number of flavors that are newly allowed. */
        flavors_came_in: number
        /** Number of flavors that are allowed with a warning. */
        flavors_warned: number
        /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
        flavors_audited: number
        /** Number of instances on flavors that are no longer allowed. They keep running. */
        instances_on_them: number
        /** Number of instances of the version that violate the flavor policy. */
        instances_out_of_line: number
        /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
        flavors_changed?: readonly ({
          id: string
          name: string
          /** Whether it would be allowed after the change. */
          allowed: boolean
          /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
          outcome: 'allowed' | 'warned' | 'audited' | 'refused'
          /** What becomes of it today. */
          outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
        })[]
        /** The number of all such flavors. */
        flavors_changed_count?: number
      }
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    }
  }
  /** Sets the level of a requirement of a version: whether flavors that do not meet it are refused. */
  setFlavorRequirementLevel: {
    input: {
      path: {
        /** The id. */
        id: string
        /** Id of a requirement. */
        requirement: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
      body: {
        level: 'refuse' | 'warn' | 'audit'
        /** Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false. */
        allow_none?: boolean
      }
    }
    answer: {
      changed: readonly string[]
      /** The effect of the change. */
      effect: {
        became: 'restricted' | 'open' | null
        flavors_allowed: number
        /** Number of flavors that are no longer allowed. */
        flavors_fell_out: number
        /** Number of flavors that are newly allowed. */
        flavors_came_in: number
        /** Number of flavors that are allowed with a warning. */
        flavors_warned: number
        /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
        flavors_audited: number
        /** Number of instances on flavors that are no longer allowed. They keep running. */
        instances_on_them: number
        /** Number of instances of the version that violate the flavor policy. */
        instances_out_of_line: number
        /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
        flavors_changed?: readonly ({
          id: string
          name: string
          /** Whether it would be allowed after the change. */
          allowed: boolean
          /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
          outcome: 'allowed' | 'warned' | 'audited' | 'refused'
          /** What becomes of it today. */
          outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
        })[]
        /** The number of all such flavors. */
        flavors_changed_count?: number
      }
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    }
  }
  /** Deletes a requirement of a version, by its id. */
  deleteFlavorRequirement: {
    input: {
      path: {
        /** The id. */
        id: string
        /** Id of a requirement. */
        requirement: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
    }
    answer: {
      deleted: readonly string[]
      /** The effect of the change. */
      effect: {
        became: 'restricted' | 'open' | null
        flavors_allowed: number
        /** Number of flavors that are no longer allowed. */
        flavors_fell_out: number
        /** Number of flavors that are newly allowed. */
        flavors_came_in: number
        /** Number of flavors that are allowed with a warning. */
        flavors_warned: number
        /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
        flavors_audited: number
        /** Number of instances on flavors that are no longer allowed. They keep running. */
        instances_on_them: number
        /** Number of instances of the version that violate the flavor policy. */
        instances_out_of_line: number
        /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
        flavors_changed?: readonly ({
          id: string
          name: string
          /** Whether it would be allowed after the change. */
          allowed: boolean
          /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
          outcome: 'allowed' | 'warned' | 'audited' | 'refused'
          /** What becomes of it today. */
          outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
        })[]
        /** The number of all such flavors. */
        flavors_changed_count?: number
      }
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    }
  }
  /** Shows the restriction, the enforcement and the level of the list of a version. */
  showFlavorPolicy: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      policy: {
        restriction: 'open' | 'listed'
        enforcement: 'refuse' | 'warn' | 'audit'
        /** What becomes of flavors that are not on the list of the version. */
        list_level: 'refuse' | 'warn' | 'audit'
        /** Whether only associated flavors are allowed: because of the restriction, or because there are associations. */
        restricted: boolean
        associations: number
        requirements: readonly string[]
      }
    }
  }
  /** Sets whether only associated flavors are allowed, and whether flavors that break a rule are refused, admitted with a warning, or only logged. */
  setFlavorPolicy: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
      body: {
        /** `listed`: only associated flavors are allowed, even if there are none. `open`: a version without associations allows every flavor. */
        restriction?: 'open' | 'listed'
        /** The level of the rules that have no level of their own. `refuse`: flavors that break one are refused. `warn`: they are admitted with a warning. `audit`: they are admitted, and only logs and reports say so. */
        enforcement?: 'refuse' | 'warn' | 'audit'
        /** The level of the list alone, whatever the enforcement is. */
        list_level?: 'refuse' | 'warn' | 'audit'
        /** Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false. */
        allow_none?: boolean
      }
    }
    answer: {
      policy: {
        restriction: 'open' | 'listed'
        enforcement: 'refuse' | 'warn' | 'audit'
        /** What becomes of flavors that are not on the list of the version. */
        list_level: 'refuse' | 'warn' | 'audit'
        /** Whether only associated flavors are allowed: because of the restriction, or because there are associations. */
        restricted: boolean
        associations: number
        requirements: readonly string[]
      }
      /** The effect of the change. */
      effect: {
        became: 'restricted' | 'open' | null
        flavors_allowed: number
        /** Number of flavors that are no longer allowed. */
        flavors_fell_out: number
        /** Number of flavors that are newly allowed. */
        flavors_came_in: number
        /** Number of flavors that are allowed with a warning. */
        flavors_warned: number
        /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
        flavors_audited: number
        /** Number of instances on flavors that are no longer allowed. They keep running. */
        instances_on_them: number
        /** Number of instances of the version that violate the flavor policy. */
        instances_out_of_line: number
        /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
        flavors_changed?: readonly ({
          id: string
          name: string
          /** Whether it would be allowed after the change. */
          allowed: boolean
          /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
          outcome: 'allowed' | 'warned' | 'audited' | 'refused'
          /** What becomes of it today. */
          outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
        })[]
        /** The number of all such flavors. */
        flavors_changed_count?: number
      }
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    }
  }
  /** Gives a version the rules of another one: flavors and volume types, requirements, restriction, enforcement and levels. */
  copyRules: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
      body: {
        /** Id of the version whose rules are copied. */
        from: string
        /** Delete rules of the version that the other one does not have. Default: refuse if there are any. */
        replace?: boolean
        /** Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false. */
        allow_none?: boolean
      }
    }
    answer: {
      /** The effect of the change. */
      effect: {
        became: 'restricted' | 'open' | null
        flavors_allowed: number
        /** Number of flavors that are no longer allowed. */
        flavors_fell_out: number
        /** Number of flavors that are newly allowed. */
        flavors_came_in: number
        /** Number of flavors that are allowed with a warning. */
        flavors_warned: number
        /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
        flavors_audited: number
        /** Number of instances on flavors that are no longer allowed. They keep running. */
        instances_on_them: number
        /** Number of instances of the version that violate the flavor policy. */
        instances_out_of_line: number
        /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
        flavors_changed?: readonly ({
          id: string
          name: string
          /** Whether it would be allowed after the change. */
          allowed: boolean
          /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
          outcome: 'allowed' | 'warned' | 'audited' | 'refused'
          /** What becomes of it today. */
          outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
        })[]
        /** The number of all such flavors. */
        flavors_changed_count?: number
      }
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    }
  }
  /** Lists changes to the flavor policy of a version, newest first. They are kept after the version is deleted. */
  listFlavorEvents: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      events: readonly ({
        id: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** A user id, or `cli:` followed by the operating system user. */
        actor: string
        request_id: string | null
        /** One of added, deleted, version_deleted, set, switched_off, switched_on, level_set, bypassed, waiver_added, waiver_shortened, waiver_ended. */
        action: string
        key: string
        value: string
        level: 'refuse' | 'warn' | 'audit' | null
        level_before: 'refuse' | 'warn' | 'audit' | null
        flavor_name: string | null
      })[]
    }
  }
  /** Lists every flavor with the verdict of a version and every reason, those that only the operator is told included. */
  listVersionFlavorVerdicts: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      /** One for each flavor, smallest flavor first. */
      verdicts: readonly ({
        flavor_id: string
        /** What becomes of the flavor. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
        outcome: 'allowed' | 'warned' | 'audited' | 'refused'
        /** Every reason against the flavor. With `allowed: true`, these are warnings. */
        reasons: readonly ({
          code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
          requirement?: string
          actual?: number | string | null
          unit?: string | null
          /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
          level: 'refuse' | 'warn' | 'audit'
          /** Whether it is a rule of the version, or of its datastore. */
          source: 'version' | 'datastore'
          /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
          waived_until?: string
        })[]
        message: string | null
      })[]
    }
  }
  /** Lists the requirements of a datastore itself, including stored ones that cannot be parsed. */
  listDatastoreFlavorRequirements: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
      }
    }
    answer: {
      requirements: readonly ({
        id: string
        /** The requirement as stored. */
        requirement: string
        /** False if it cannot be parsed. It then refuses every flavor until it is deleted. */
        readable: boolean
        property: 'vcpus' | 'ram' | 'disk' | 'ephemeral' | 'swap' | 'ram/vcpus' | 'disk/ram' | 'name' | null
        extra_spec: string | null
        operator: '>=' | '<=' | '=' | null
        value: number | string | null
        unit: string | null
        /** Number of flavors that meet it. */
        flavors_meeting: number
        /** What becomes of flavors that do not meet it. */
        level: 'refuse' | 'warn' | 'audit'
        /** Whose requirement it is: that of the version, or that of its datastore. */
        source: 'version' | 'datastore'
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        set_at: string
      })[]
    }
  }
  /** Adds requirements to a datastore: all or none. */
  addDatastoreFlavorRequirements: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
      body: {
        /** See docs/reference/requirements.md for the grammar. All are added, or none. */
        requirements: readonly string[]
        /** The level of these requirements. Default: `refuse`. */
        level?: 'refuse' | 'warn' | 'audit'
        /** Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false. */
        allow_none?: boolean
      }
    }
    answer: {
      added: readonly string[]
      /** The effect on each version of the datastore. */
      versions: readonly ({
        id: string
        name: string
        /** The version number. */
        version: string
        /** The effect of the change. */
        effect: {
          became: 'restricted' | 'open' | null
          flavors_allowed: number
          /** Number of flavors that are no longer allowed. */
          flavors_fell_out: number
          /** Number of flavors that are newly allowed. */
          flavors_came_in: number
          /** Number of flavors that are allowed with a warning. */
          flavors_warned: number
          /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
          flavors_audited: number
          /** Number of instances on flavors that are no longer allowed. They keep running. */
          instances_on_them: number
          /** Number of instances of the version that violate the flavor policy. */
          instances_out_of_line: number
          /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
          flavors_changed?: readonly ({
            id: string
            name: string
            /** Whether it would be allowed after the change. */
            allowed: boolean
            /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
            outcome: 'allowed' | 'warned' | 'audited' | 'refused'
            /** What becomes of it today. */
            outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
          })[]
          /** The number of all such flavors. */
          flavors_changed_count?: number
        }
      })[]
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    }
  }
  /** Sets the level of a requirement of a datastore, by its id. */
  setDatastoreFlavorRequirementLevel: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
        /** Id of a requirement. */
        requirement: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
      body: {
        level: 'refuse' | 'warn' | 'audit'
        /** Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false. */
        allow_none?: boolean
      }
    }
    answer: {
      changed: readonly string[]
      /** The effect on each version of the datastore. */
      versions: readonly ({
        id: string
        name: string
        /** The version number. */
        version: string
        /** The effect of the change. */
        effect: {
          became: 'restricted' | 'open' | null
          flavors_allowed: number
          /** Number of flavors that are no longer allowed. */
          flavors_fell_out: number
          /** Number of flavors that are newly allowed. */
          flavors_came_in: number
          /** Number of flavors that are allowed with a warning. */
          flavors_warned: number
          /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
          flavors_audited: number
          /** Number of instances on flavors that are no longer allowed. They keep running. */
          instances_on_them: number
          /** Number of instances of the version that violate the flavor policy. */
          instances_out_of_line: number
          /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
          flavors_changed?: readonly ({
            id: string
            name: string
            /** Whether it would be allowed after the change. */
            allowed: boolean
            /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
            outcome: 'allowed' | 'warned' | 'audited' | 'refused'
            /** What becomes of it today. */
            outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
          })[]
          /** The number of all such flavors. */
          flavors_changed_count?: number
        }
      })[]
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    }
  }
  /** Deletes a requirement of a datastore, by its id. Those of its versions stay. */
  deleteDatastoreFlavorRequirement: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
        /** Id of a requirement. */
        requirement: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
    }
    answer: {
      deleted: readonly string[]
      /** The effect on each version of the datastore. */
      versions: readonly ({
        id: string
        name: string
        /** The version number. */
        version: string
        /** The effect of the change. */
        effect: {
          became: 'restricted' | 'open' | null
          flavors_allowed: number
          /** Number of flavors that are no longer allowed. */
          flavors_fell_out: number
          /** Number of flavors that are newly allowed. */
          flavors_came_in: number
          /** Number of flavors that are allowed with a warning. */
          flavors_warned: number
          /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
          flavors_audited: number
          /** Number of instances on flavors that are no longer allowed. They keep running. */
          instances_on_them: number
          /** Number of instances of the version that violate the flavor policy. */
          instances_out_of_line: number
          /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
          flavors_changed?: readonly ({
            id: string
            name: string
            /** Whether it would be allowed after the change. */
            allowed: boolean
            /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
            outcome: 'allowed' | 'warned' | 'audited' | 'refused'
            /** What becomes of it today. */
            outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
          })[]
          /** The number of all such flavors. */
          flavors_changed_count?: number
        }
      })[]
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    }
  }
  /** Shows the rules of a datastore, by id or name. */
  showDatastoreFlavorPolicy: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
      }
    }
    answer: {
      policy: {
        datastore: {
          id: string
          name: string
        }
        restriction: 'open' | 'listed'
        list_level: 'refuse' | 'warn' | 'audit' | null
        requirements: readonly ({
          id: string
          /** The requirement as stored. */
          requirement: string
          /** False if it cannot be parsed. It then refuses every flavor until it is deleted. */
          readable: boolean
          property: 'vcpus' | 'ram' | 'disk' | 'ephemeral' | 'swap' | 'ram/vcpus' | 'disk/ram' | 'name' | null
          extra_spec: string | null
          operator: '>=' | '<=' | '=' | null
          value: number | string | null
          unit: string | null
          /** Number of flavors that meet it. */
          flavors_meeting: number
          /** What becomes of flavors that do not meet it. */
          level: 'refuse' | 'warn' | 'audit'
          /** Whose requirement it is: that of the version, or that of its datastore. */
          source: 'version' | 'datastore'
          /** UTC without a zone, for example 2019-12-23T20:58:35. */
          set_at: string
        })[]
        /** The number of versions to which these rules apply. */
        versions: number
      }
    }
  }
  /** Sets whether the versions of a datastore allow only what is on their lists. */
  setDatastoreFlavorPolicy: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
      body: {
        /** `listed`: each version allows only the flavors that are associated with it, even if there are none. `open`: each version decides for itself. */
        restriction?: 'open' | 'listed'
        /** The level of that restriction. Refused where there is none. */
        list_level?: 'refuse' | 'warn' | 'audit'
        /** Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false. */
        allow_none?: boolean
      }
    }
    answer: {
      policy: {
        datastore: {
          id: string
          name: string
        }
        restriction: 'open' | 'listed'
        list_level: 'refuse' | 'warn' | 'audit' | null
        requirements: readonly ({
          id: string
          /** The requirement as stored. */
          requirement: string
          /** False if it cannot be parsed. It then refuses every flavor until it is deleted. */
          readable: boolean
          property: 'vcpus' | 'ram' | 'disk' | 'ephemeral' | 'swap' | 'ram/vcpus' | 'disk/ram' | 'name' | null
          extra_spec: string | null
          operator: '>=' | '<=' | '=' | null
          value: number | string | null
          unit: string | null
          /** Number of flavors that meet it. */
          flavors_meeting: number
          /** What becomes of flavors that do not meet it. */
          level: 'refuse' | 'warn' | 'audit'
          /** Whose requirement it is: that of the version, or that of its datastore. */
          source: 'version' | 'datastore'
          /** UTC without a zone, for example 2019-12-23T20:58:35. */
          set_at: string
        })[]
        /** The number of versions to which these rules apply. */
        versions: number
      }
      /** The effect on each version of the datastore. */
      versions: readonly ({
        id: string
        name: string
        /** The version number. */
        version: string
        /** The effect of the change. */
        effect: {
          became: 'restricted' | 'open' | null
          flavors_allowed: number
          /** Number of flavors that are no longer allowed. */
          flavors_fell_out: number
          /** Number of flavors that are newly allowed. */
          flavors_came_in: number
          /** Number of flavors that are allowed with a warning. */
          flavors_warned: number
          /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
          flavors_audited: number
          /** Number of instances on flavors that are no longer allowed. They keep running. */
          instances_on_them: number
          /** Number of instances of the version that violate the flavor policy. */
          instances_out_of_line: number
          /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
          flavors_changed?: readonly ({
            id: string
            name: string
            /** Whether it would be allowed after the change. */
            allowed: boolean
            /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
            outcome: 'allowed' | 'warned' | 'audited' | 'refused'
            /** What becomes of it today. */
            outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
          })[]
          /** The number of all such flavors. */
          flavors_changed_count?: number
        }
      })[]
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    }
  }
  /** Exports all datastores, their versions and what these allow, or those of one datastore. */
  showDatastoreCatalogue: {
    input: {
      query?: {
        /** Only this datastore, by id or name. */
        datastore?: string
        /** `true`: names of flavors instead of ids, where a name is unambiguous. */
        flavor_names?: string
      }
    }
    answer: {
      /** A datastore catalogue: the text of the file that `trove-manage catalog_export` prints, in YAML. */
      catalogue: string
    }
  }
  /** Changes datastores, versions and what these allow to match a catalogue: all of it or nothing. */
  applyDatastoreCatalogue: {
    input: {
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
      }
      body: {
        /** A datastore catalogue: the text of the file that `trove-manage catalog_export` prints, in YAML. */
        catalogue: string
        /** Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false. */
        allow_none?: boolean
        /** Whether flavors and volume types must exist. Default: true. */
        check?: boolean
      }
    }
    answer: {
      /** Datastores that are new, or whose rules change. */
      datastores: readonly ({
        name: string
        is_new: boolean
        added: readonly ({
          key: string
          value: string
          level: 'refuse' | 'warn' | 'audit'
        })[]
        deleted: readonly ({
          key: string
          value: string
          level: 'refuse' | 'warn' | 'audit'
        })[]
        levels: readonly ({
          key: string
          value: string
          before: 'refuse' | 'warn' | 'audit' | null
          after: 'refuse' | 'warn' | 'audit' | null
        })[]
        /** The effect on each of its versions that changes in no other way. */
        versions: readonly ({
          label: string
          /** The effect of the change. */
          effect: {
            became: 'restricted' | 'open' | null
            flavors_allowed: number
            /** Number of flavors that are no longer allowed. */
            flavors_fell_out: number
            /** Number of flavors that are newly allowed. */
            flavors_came_in: number
            /** Number of flavors that are allowed with a warning. */
            flavors_warned: number
            /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
            flavors_audited: number
            /** Number of instances on flavors that are no longer allowed. They keep running. */
            instances_on_them: number
            /** Number of instances of the version that violate the flavor policy. */
            instances_out_of_line: number
            /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
            flavors_changed?: readonly ({
              id: string
              name: string
              /** Whether it would be allowed after the change. */
              allowed: boolean
              /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
              outcome: 'allowed' | 'warned' | 'audited' | 'refused'
              /** What becomes of it today. */
              outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
            })[]
            /** The number of all such flavors. */
            flavors_changed_count?: number
          }
        })[]
      })[]
      default_versions: readonly ({
        datastore: string
        before: string | null
        after: string | null
      })[]
      /** Versions that are new or change. */
      versions: readonly ({
        datastore: string
        name: string
        /** The version number. */
        version: string
        is_new: boolean
        properties: readonly ({
          name: string
          before: string | boolean | readonly string[] | null
          after: string | boolean | readonly string[] | null
        })[]
        added: readonly {
          /** `flavor`, `flavor_requirement`, `flavor_restriction`, `flavor_enforcement`, `volume_type`: the same keys as in events. */
          key: string
          value: string
        }[]
        deleted: readonly {
          /** `flavor`, `flavor_requirement`, `flavor_restriction`, `flavor_enforcement`, `volume_type`: the same keys as in events. */
          key: string
          value: string
        }[]
        /** Changed levels, including those of added rules. */
        levels: readonly ({
          key: string
          value: string
          before: 'refuse' | 'warn' | 'audit' | null
          after: 'refuse' | 'warn' | 'audit' | null
        })[]
        effect: {
          became: 'restricted' | 'open' | null
          flavors_allowed: number
          /** Number of flavors that are no longer allowed. */
          flavors_fell_out: number
          /** Number of flavors that are newly allowed. */
          flavors_came_in: number
          /** Number of flavors that are allowed with a warning. */
          flavors_warned: number
          /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
          flavors_audited: number
          /** Number of instances on flavors that are no longer allowed. They keep running. */
          instances_on_them: number
          /** Number of instances of the version that violate the flavor policy. */
          instances_out_of_line: number
          /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
          flavors_changed?: readonly ({
            id: string
            name: string
            /** Whether it would be allowed after the change. */
            allowed: boolean
            /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
            outcome: 'allowed' | 'warned' | 'audited' | 'refused'
            /** What becomes of it today. */
            outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
          })[]
          /** The number of all such flavors. */
          flavors_changed_count?: number
        } | null
      })[]
      /** Waivers that the catalogue adds, shortens or ends. */
      waivers: readonly ({
        change: 'added' | 'shortened' | 'ended'
        id: string | null
        datastore: string
        version: {
          name: string
          version: string
        } | null
        project_id: string
        instance_id: string | null
        /** What is waived; empty for every reason. */
        only: readonly string[]
        /** The end, in UTC without a zone; the new one if it was shortened. */
        until: string
        reason: string
      })[]
      /** Versions that the catalogue leaves out, although it has their datastore. They stay as they are. */
      untouched: readonly string[]
      /** Managers in the catalogue that no version has. */
      idle_managers: readonly string[]
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
      }
    }
  }
  /** Lists policy rows, associations and instances that violate the flavor policy of their version, each with the next step, including waived ones. At most 20 per page. */
  listFlavorCompliance: {
    input: {
      query?: {
        /** Id or name of a datastore. */
        datastore?: string
        /** Id of a datastore version, or its name if `datastore` is set. */
        version?: string
        /** Only report instances of this project. Findings about versions are left out. */
        project_id?: string
        /** Only report these instances: ids, separated by commas. Findings about versions are left out. */
        instance_id?: string
        /** Only report these kinds of findings, separated by commas: requirement_unreadable, policy_unreadable, no_flavor_allowed, association_flavor_gone, association_out_of_line, instance_flavor_gone, instance_out_of_line, instance_admitted_elsewhere, created_without_gate, changed_without_gate, admitted_unchecked, admitted_by_bypass. */
        kind?: string
        /** Maximum number of findings per page; at most 20. */
        limit?: string
        /** Marker from the link to the next page. */
        marker?: string
      }
    }
    answer: {
      /** Number of findings on all pages, including waived ones. */
      total: number
      /** Number of findings on all pages that are waived. */
      waived: number
      /** Number of waivers that cover one of these findings and end within 14 days. */
      waivers_ending_soon: number
      /** The kinds of findings that occur; the filter `kind` does not limit them. */
      kinds: readonly ({
        kind: 'requirement_unreadable' | 'policy_unreadable' | 'no_flavor_allowed' | 'association_flavor_gone' | 'association_out_of_line' | 'instance_flavor_gone' | 'instance_out_of_line' | 'instance_admitted_elsewhere' | 'created_without_gate' | 'changed_without_gate' | 'admitted_unchecked' | 'admitted_by_bypass'
        title: string
        means: string
        /** What ends findings of this kind. */
        ends: string
        /** Number of findings on all pages, including waived ones. */
        count: number
      })[]
      findings: readonly ({
        kind: 'requirement_unreadable' | 'policy_unreadable' | 'no_flavor_allowed' | 'association_flavor_gone' | 'association_out_of_line' | 'instance_flavor_gone' | 'instance_out_of_line' | 'instance_admitted_elsewhere' | 'created_without_gate' | 'changed_without_gate' | 'admitted_unchecked' | 'admitted_by_bypass'
        /** `refused`, `warned`, `audited`: what becomes of such a request today. `waived`: waivers cover every reason. `unasked`: admitted without asking whether it is allowed. `past_gate`: the gate did not admit it, or only by a bypass. */
        group: 'refused' | 'warned' | 'audited' | 'waived' | 'unasked' | 'past_gate'
        datastore: {
          id: string
          name: string
        }
        version: {
          id: string
          name: string
          version: string
        }
        /** The strictest level of the rules that are broken. `refuse`: refused; `warn`: admitted with a warning; `audit`: admitted. */
        enforcement: 'refuse' | 'warn' | 'audit'
        flavor: {
          id: string
          name: string | null
        } | null
        instance: {
          id: string
          name: string
          tenant_id: string
          /** False if another Trove on the same database manages it. */
          ours: boolean
        } | null
        /** With an associated flavor that does not exist: the flavors that have its name now. */
        successors: readonly {
          id: string
          name: string
        }[]
        requirement: string | null
        /** Every reason against the flavor. With `allowed: true`, these are warnings. */
        reasons: readonly ({
          code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
          requirement?: string
          actual?: number | string | null
          unit?: string | null
          /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
          level: 'refuse' | 'warn' | 'audit'
          /** Whether it is a rule of the version, or of its datastore. */
          source: 'version' | 'datastore'
          /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
          waived_until?: string
        })[]
        waived_until: string | null
        /** The waivers that cover it; empty if it is not waived. */
        waiver_ids: readonly string[]
        since: string | null
        admission: {
          decision_id: string
          /** UTC without a zone, for example 2019-12-23T20:58:35. */
          created: string
          operation: 'create' | 'replica' | 'restore' | 'resize' | 'upgrade' | 'cluster_create' | 'cluster_grow' | 'cluster_add_shard' | 'cluster_upgrade' | 'grow_volume' | 'rebuild' | 'migrate'
          user_id: string | null
          version_id: string
          flavor_id: string
          reason: string | null
        } | null
        /** Describes the violation. */
        message: string
        /** The next step to fix it. */
        next: string
        command: string | null
      })[]
      links?: readonly {
        rel: 'next'
        href: string
      }[]
    }
  }
  /** Lists all versions with the number of flavors that each allows and refuses, and all flavors. */
  listFlavorVerdicts: {
    input: {}
    answer: {
      /** By the name of the datastore, newest version first. */
      versions: readonly {
        id: string
        name: string
        /** The version number. */
        version: string
        active: boolean
        datastore: {
          id: string
          name: string
        }
        /** Whether only flavors on its list are allowed. */
        restricted: boolean
        /** Number of flavors on its list. */
        associations: number
        /** Number of its requirements, those of its datastore included. */
        requirements: number
        /** Number of flavors that are allowed, those with a warning and audited ones included. */
        flavors_allowed: number
        /** Number of flavors that are allowed with a warning. */
        flavors_warned: number
        /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
        flavors_audited: number
        /** Number of flavors that are refused. */
        flavors_refused: number
      }[]
      /** Smallest first. */
      flavors: readonly {
        id: string
        name: string
        /** MiB */
        ram: number
        vcpus: number
        /** GiB */
        disk: number
        /** GiB */
        ephemeral: number
        /** False if only some projects can use it. */
        is_public: boolean
      }[]
    }
  }
  /** Lists the changes of what versions and datastores allow, newest first, also of those that were deleted. At most 20 per page. */
  listFlavorRuleEvents: {
    input: {
      query?: {
        /** Id or name of a datastore; the id of one that was deleted. */
        datastore?: string
        /** Id of a datastore version, or its name if `datastore` is set; the id of one that was deleted. Events about its datastore as a whole are included, with the version null. */
        version?: string
        /** Only events from then on: a date (2026-11-23), a time in UTC (2026-11-23T20:58:35) or an age (90m, 24h, 7d). */
        since?: string
        /** Only changes by this author: a user id, or the operating system user, with or without `cli:`. */
        by?: string
        /** Maximum number of events per page; at most 20. */
        limit?: string
        /** Marker from the link to the next page: the id of the last event. */
        marker?: string
      }
    }
    answer: {
      events: readonly ({
        id: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** A user id, or `cli:` followed by the operating system user. */
        actor: string
        request_id: string | null
        datastore: {
          id: string
          name: string | null
        } | null
        version: {
          id: string
          name: string | null
          version: string | null
        } | null
        /** One of added, deleted, version_deleted, set, switched_off, switched_on, level_set, bypassed, waiver_added, waiver_shortened, waiver_ended. */
        action: string
        key: string
        value: string
        flavor_name: string | null
        level: 'refuse' | 'warn' | 'audit' | null
        level_before: 'refuse' | 'warn' | 'audit' | null
        undoes: string | null
        /** The change in words, to follow the name of its author. */
        words: string
        /** False for a kind of change that can never be undone, such as the end of a waiver. A later change can also prevent an undo. */
        can_be_undone: boolean
        waiver: {
          project_id: string
          instance_id: string | null
          /** Its present end, in UTC without a zone. */
          until: string
          reason: string
        } | null
      })[]
      links?: readonly {
        rel: 'next'
        href: string
      }[]
    }
  }
  /** Undoes the change of an event, with the checks of such a change. Also needs the access policy of the change that undoes it. */
  undoFlavorRuleEvent: {
    input: {
      path: {
        event: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
        /** With `dry_run`: the maximum number of instances; at most 20. */
        limit?: string
        /** With `dry_run`: marker from the link to the next page of the instances. */
        marker?: string
      }
      body: {
        /** Ids of more events to undo, newest first: all are undone, or none. */
        also?: readonly string[]
        /** Whether flavors and volume types that are associated again must exist. Default: true. */
        check?: boolean
        /** Also associate flavors again that do not meet the requirements. They are still refused at create and resize. Default: false. */
        force?: boolean
        /** Make the change even if no flavor is allowed afterwards, or if a requirement contradicts another one. Default: false. */
        allow_none?: boolean
      }
    }
    answer: {
      /** Newest event first. */
      undone: readonly {
        event_id: string
        /** The ids of the events that undid it. */
        undone_by: readonly string[]
      }[]
      /** One for each version that is concerned. */
      effects: readonly ({
        datastore: {
          id: string
          name: string
        }
        version: {
          id: string
          name: string
          version: string
        }
        flavors: {
          became: 'restricted' | 'open' | null
          flavors_allowed: number
          /** Number of flavors that are no longer allowed. */
          flavors_fell_out: number
          /** Number of flavors that are newly allowed. */
          flavors_came_in: number
          /** Number of flavors that are allowed with a warning. */
          flavors_warned: number
          /** Number of flavors that are allowed without a warning, although they break a rule with the level `audit`. */
          flavors_audited: number
          /** Number of instances on flavors that are no longer allowed. They keep running. */
          instances_on_them: number
          /** Number of instances of the version that violate the flavor policy. */
          instances_out_of_line: number
          /** Only in the answer to a dry run: the flavors whose outcome would change, smallest first; at most 50. */
          flavors_changed?: readonly ({
            id: string
            name: string
            /** Whether it would be allowed after the change. */
            allowed: boolean
            /** What would become of it after the change. `audited`: it is allowed without a warning, although it breaks a rule with the level `audit`. */
            outcome: 'allowed' | 'warned' | 'audited' | 'refused'
            /** What becomes of it today. */
            outcome_before: 'allowed' | 'warned' | 'audited' | 'refused'
          })[]
          /** The number of all such flavors. */
          flavors_changed_count?: number
        } | null
        volume_types: {
          became: 'restricted' | 'open' | null
          types_allowed: number
          /** Number of volume types that are no longer allowed. */
          types_fell_out: number
        } | null
      })[]
      /** One sentence for each flavor that is associated again and does not meet the requirements. */
      warnings?: readonly string[]
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
        /** Number of instances that the change would touch, on all pages. */
        instance_count: number
        /** Number of projects that have these instances. */
        project_count: number
        /** A page of the instances whose flavor would no longer be allowed, or would break a rule that it does not break now. They would keep running. Sorted by project and id. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          flavor: {
            id: string
            name: string | null
          }
          /** Whether new instances could have this flavor after the change. */
          allowed: boolean
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
        /** The next page: the URL for the same request. */
        links?: readonly {
          rel: 'next'
          href: string
        }[]
      }
    }
  }
  /** Lists the waivers of the flavor policy, the oldest first, at most 20 per page. */
  listFlavorWaivers: {
    input: {
      query?: {
        /** Only list waivers of this project. */
        project_id?: string
        /** Only list waivers of this instance. */
        instance_id?: string
        /** Only list waivers for this datastore or its versions, by id or name. */
        datastore?: string
        /** Only list waivers for this datastore version alone, by id, or by name if `datastore` is set. */
        version?: string
        /** `true`: also list waivers that have expired or were ended. */
        all?: string
        /** Maximum number of waivers per page; at most 20. */
        limit?: string
        /** Id of the last waiver of the previous page. */
        marker?: string
      }
    }
    answer: {
      waivers: readonly ({
        id: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** A user id, or `cli:` followed by the operating system user. */
        author: string
        project_id: string
        instance_id: string | null
        datastore: {
          id: string
          name: string | null
        }
        version: {
          id: string
          name: string | null
          version: string | null
        } | null
        /** What is waived; empty for every reason. */
        only: readonly string[]
        /** The last second in which it is in force, in UTC without a zone. */
        until: string
        reason: string
        /** `in_force`; `no_match`: its datastore, version or instance no longer exists; `expired`: its time is over; `ended`: it was ended before. */
        state: 'in_force' | 'no_match' | 'expired' | 'ended'
        ended: string | null
        ended_by: string | null
      })[]
      links?: readonly {
        rel: 'next'
        href: string
      }[]
    }
  }
  /** Waives the flavor policy of a datastore version, or of all versions of a datastore, for a project or one instance until a time. */
  addFlavorWaiver: {
    input: {
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
      }
      body: {
        /** The project. Required without `instance_id`. */
        project_id?: string
        /** The instance, if the waiver is for one instance. Default: all of the project. */
        instance_id?: string
        /** Id or name of the datastore. */
        datastore: string
        /** Id or name of the version. Default: all versions. */
        version?: string
        /** Number of the version, if several versions have this name. */
        version_number?: string
        /** What is waived: `not_associated`, `requirement_not_met`, `requirement_unreadable`, `size_unknown`, or requirements such as `ram>=2048`. A rule must be able to give each of them. Default: every reason. */
        only?: readonly string[]
        /** A date, such as `2026-12-31`, which ends with that day in UTC; a time in UTC, such as `2026-12-31T18:00:00`; or a number of hours, days or weeks from now, such as `12h`, `14d` or `2w`. `[trovets] max_waiver_days` limits it. */
        until: string
        /** Why it is needed. */
        reason: string
      }
    }
    answer: {
      waiver: {
        id: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** A user id, or `cli:` followed by the operating system user. */
        author: string
        project_id: string
        instance_id: string | null
        datastore: {
          id: string
          name: string | null
        }
        version: {
          id: string
          name: string | null
          version: string | null
        } | null
        /** What is waived; empty for every reason. */
        only: readonly string[]
        /** The last second in which it is in force, in UTC without a zone. */
        until: string
        reason: string
        /** `in_force`; `no_match`: its datastore, version or instance no longer exists; `expired`: its time is over; `ended`: it was ended before. */
        state: 'in_force' | 'no_match' | 'expired' | 'ended'
        ended: string | null
        ended_by: string | null
      }
      /** Only in the answer to a dry run: what the waiver changes. Nothing was changed, and no waiver has the id of a new one. */
      dry_run?: {
        /** Whether the request would change anything: always true. */
        changes: boolean
        /** The flavors that the project or the instance may use only with the waiver, smallest first; versions without any are left out. */
        flavors: readonly ({
          version: {
            id: string
            name: string
            version: string
          }
          flavors: readonly ({
            id: string
            name: string | null
          })[]
        })[]
        /** Number of instances that break rules today, which only the waiver waives. */
        instance_count: number
        /** The first 20 of them. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          version: {
            id: string
            name: string
            version: string
          }
          flavor: {
            id: string
            name: string | null
          }
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
      }
    }
  }
  /** Gives a waiver an earlier end. It cannot be extended: add another waiver instead. */
  shortenFlavorWaiver: {
    input: {
      path: {
        waiver: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
      }
      body: {
        /** The new end, before the present one. A date, such as `2026-12-31`, which ends with that day in UTC; a time in UTC, such as `2026-12-31T18:00:00`; or a number of hours, days or weeks from now, such as `12h`, `14d` or `2w`. */
        until: string
      }
    }
    answer: {
      waiver: {
        id: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** A user id, or `cli:` followed by the operating system user. */
        author: string
        project_id: string
        instance_id: string | null
        datastore: {
          id: string
          name: string | null
        }
        version: {
          id: string
          name: string | null
          version: string | null
        } | null
        /** What is waived; empty for every reason. */
        only: readonly string[]
        /** The last second in which it is in force, in UTC without a zone. */
        until: string
        reason: string
        /** `in_force`; `no_match`: its datastore, version or instance no longer exists; `expired`: its time is over; `ended`: it was ended before. */
        state: 'in_force' | 'no_match' | 'expired' | 'ended'
        ended: string | null
        ended_by: string | null
      }
      /** Only in the answer to a dry run. Nothing was changed. */
      dry_run?: {
        /** Whether the request would change anything. */
        changes: boolean
      }
    }
  }
  /** Ends a waiver now. It stays in the list of all waivers. */
  endFlavorWaiver: {
    input: {
      path: {
        waiver: string
      }
      query?: {
        /** `true`: change nothing, and answer 200 with what the request would change. */
        dry_run?: 'true' | 'false' | 'True' | 'False' | '1' | '0' | 'yes' | 'no' | 'on' | 'off'
      }
    }
    answer: {
      waiver: {
        id: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** A user id, or `cli:` followed by the operating system user. */
        author: string
        project_id: string
        instance_id: string | null
        datastore: {
          id: string
          name: string | null
        }
        version: {
          id: string
          name: string | null
          version: string | null
        } | null
        /** What is waived; empty for every reason. */
        only: readonly string[]
        /** The last second in which it is in force, in UTC without a zone. */
        until: string
        reason: string
        /** `in_force`; `no_match`: its datastore, version or instance no longer exists; `expired`: its time is over; `ended`: it was ended before. */
        state: 'in_force' | 'no_match' | 'expired' | 'ended'
        ended: string | null
        ended_by: string | null
      }
      /** Only in the answer to a dry run: what the waiver changes. Nothing was changed, and no waiver has the id of a new one. */
      dry_run?: {
        /** Whether the request would change anything: always true. */
        changes: boolean
        /** The flavors that the project or the instance may use only with the waiver, smallest first; versions without any are left out. */
        flavors: readonly ({
          version: {
            id: string
            name: string
            version: string
          }
          flavors: readonly ({
            id: string
            name: string | null
          })[]
        })[]
        /** Number of instances that break rules today, which only the waiver waives. */
        instance_count: number
        /** The first 20 of them. */
        instances: readonly ({
          id: string
          name: string
          tenant_id: string
          version: {
            id: string
            name: string
            version: string
          }
          flavor: {
            id: string
            name: string | null
          }
          /** Every reason against the flavor. With `allowed: true`, these are warnings. */
          reasons: readonly ({
            code: 'not_associated' | 'flavor_unknown' | 'requirement_not_met' | 'requirement_unreadable' | 'size_unknown'
            requirement?: string
            actual?: number | string | null
            unit?: string | null
            /** The level of the rule. A flavor is refused if one of its reasons has `refuse` and is not waived. */
            level: 'refuse' | 'warn' | 'audit'
            /** Whether it is a rule of the version, or of its datastore. */
            source: 'version' | 'datastore'
            /** The end of the waiver that covers this reason, in UTC. Until then it refuses nothing. */
            waived_until?: string
          })[]
        })[]
      }
    }
  }
  /** Lists the flavors that the project can use. */
  listFlavors: {
    input: {}
    answer: {
      flavors: readonly ({
        id: number | null
        links: readonly {
          href: string
          rel: string
        }[]
        name: string
        /** MiB */
        ram: number
        vcpus: number
        /** GiB */
        disk: number
        /** GiB */
        ephemeral: number
        /** The id as text; always present. */
        str_id: string
      })[]
    }
  }
  /** Shows a flavor, by id or name, or, given the id of a datastore version, lists the flavors of that version. The id of a flavor takes precedence, then that of a version. */
  showFlavorOrVersionFlavors: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      flavor: {
        id: number | null
        links: readonly {
          href: string
          rel: string
        }[]
        name: string
        /** MiB */
        ram: number
        vcpus: number
        /** GiB */
        disk: number
        /** GiB */
        ephemeral: number
        /** The id as text; always present. */
        str_id: string
      }
    } | {
      flavors: readonly ({
        id: number | null
        links: readonly {
          href: string
          rel: string
        }[]
        name: string
        /** MiB */
        ram: number
        vcpus: number
        /** GiB */
        disk: number
        /** GiB */
        ephemeral: number
        /** The id as text; always present. */
        str_id: string
      })[]
    }
  }
  /** Lists the datastores with an active version. Admins see all datastores. */
  listDatastores: {
    input: {}
    answer: {
      datastores: readonly ({
        id: string
        name: string
        links: readonly {
          href: string
          rel: string
        }[]
        versions: readonly ({
          id: string
          name: string
          /** The version number. */
          version: string
          links: readonly {
            href: string
            rel: string
          }[]
          /** False for an engine without databases and users, such as Redis; otherwise absent. */
          has_databases?: boolean
          /** Admins only, like all following fields. */
          active?: boolean
          packages?: string | null
          image?: string | null
          registry_ext?: string | null
          repl_strategy?: string | null
          image_tags?: readonly string[]
        })[]
        default_version?: string
      })[]
    }
  }
  /** Shows a datastore, by id or name, with its active versions. */
  showDatastore: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
      }
    }
    answer: {
      datastore: {
        id: string
        name: string
        links: readonly {
          href: string
          rel: string
        }[]
        versions: readonly ({
          id: string
          name: string
          /** The version number. */
          version: string
          links: readonly {
            href: string
            rel: string
          }[]
          /** False for an engine without databases and users, such as Redis; otherwise absent. */
          has_databases?: boolean
          /** Admins only, like all following fields. */
          active?: boolean
          packages?: string | null
          image?: string | null
          registry_ext?: string | null
          repl_strategy?: string | null
          image_tags?: readonly string[]
        })[]
        default_version?: string
      }
    }
  }
  /** Deletes a datastore without versions. */
  deleteDatastore: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
      }
    }
    answer: undefined
  }
  /** Lists the active versions of a datastore. Admins see all versions. */
  listDatastoreVersions: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
      }
    }
    answer: {
      versions: readonly ({
        id: string
        name: string
        /** The version number. */
        version: string
        links: readonly {
          href: string
          rel: string
        }[]
        /** False for an engine without databases and users, such as Redis; otherwise absent. */
        has_databases?: boolean
        /** Admins only, like all following fields. */
        active?: boolean
        packages?: string | null
        image?: string | null
        registry_ext?: string | null
        repl_strategy?: string | null
        image_tags?: readonly string[]
        datastore: string
      })[]
    }
  }
  /** Shows a version of a datastore, by id or name. */
  showDatastoreVersion: {
    input: {
      path: {
        /** Id or name of a datastore. */
        datastore: string
        /** Id or name of a datastore version. */
        version: string
      }
    }
    answer: {
      version: {
        id: string
        name: string
        /** The version number. */
        version: string
        links: readonly {
          href: string
          rel: string
        }[]
        /** False for an engine without databases and users, such as Redis; otherwise absent. */
        has_databases?: boolean
        /** Admins only, like all following fields. */
        active?: boolean
        packages?: string | null
        image?: string | null
        registry_ext?: string | null
        repl_strategy?: string | null
        image_tags?: readonly string[]
        datastore: string
      }
    }
  }
  /** Shows a version, by its id alone. */
  showDatastoreVersionById: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      version: {
        id: string
        name: string
        /** The version number. */
        version: string
        links: readonly {
          href: string
          rel: string
        }[]
        /** False for an engine without databases and users, such as Redis; otherwise absent. */
        has_databases?: boolean
        /** Admins only, like all following fields. */
        active?: boolean
        packages?: string | null
        image?: string | null
        registry_ext?: string | null
        repl_strategy?: string | null
        image_tags?: readonly string[]
        datastore: string
      }
    }
  }
  /** Lists the volume types that the project can use. */
  listVolumeTypes: {
    input: {}
    answer: {
      volume_types: readonly ({
        id: string
        name: string
        is_public: boolean
        description: string | null
      })[]
    }
  }
  /** Shows a volume type, by id or name. */
  showVolumeType: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      volume_type: {
        id: string
        name: string
        is_public: boolean
        description: string | null
      }
    }
  }
  /** Lists the quotas and rate limits of the project. */
  listLimits: {
    input: {}
    answer: {
      limits: readonly {
        verb: string
      }[]
    }
  }
  /** Lists the instances of the project, at most 20 per page. `links` has the next page. */
  listInstances: {
    input: {
      query?: {
        /** Maximum number of instances per page; at most 20. */
        limit?: string
        /** Marker from the link to the next page. */
        marker?: string
        /** `true`: include instances that belong to a cluster. */
        include_clustered?: string
      }
    }
    answer: {
      instances: readonly ({
        id: string
        name: string
        /** BUILD, ACTIVE, REBOOT, RESIZE, SHUTDOWN, ERROR … */
        status: string
        /** HEALTHY if the database server runs; empty before the first start. */
        operating_status: string
        links: readonly {
          href: string
          rel: string
        }[]
        flavor: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        datastore: {
          type: string | null
          version: string | null
          version_number?: string | null
          /** False for an engine without databases and users, such as Redis; otherwise absent. */
          has_databases?: boolean
        }
        region: string | null
        access: { readonly [key: string]: unknown }
        /** Admins only. */
        tenant_id?: string
        volume?: {
          /** GiB */
          size: number
          /** Name of the volume type, if known. Only in details. */
          type?: string
          /** Disk usage of data and log in GiB, as last measured. */
          used?: number
          used_percent?: number
          /** Time of the measurement. */
          used_at?: string
          /** Size of the write-ahead log in GiB. PostgreSQL only. */
          wal_size?: number
        }
        hostname?: string
        ip?: readonly string[]
        addresses?: readonly {
          address: string
          type: string
          network: string
        }[]
        /** Port of the database server. */
        port?: number
        endpoint?: {
          host: string
          port: number
        }
        replica_of?: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
      })[]
      links?: readonly {
        rel: 'next'
        href: string
      }[]
      instances_links?: readonly {
        rel: 'next'
        href: string
      }[]
    }
  }
  /** Creates an instance. It is returned in status BUILD and becomes ACTIVE. A refused request creates nothing. */
  createInstance: {
    input: {
      body: {
        instance: {
          name: string
          /** Flavor id as text or integer, or a URL that ends with it. Where this service creates instances, also the name of a flavor. */
          flavorRef?: string | number
          volume?: {
            size: number | string
            type?: string | null
          }
          datastore?: {
            type?: string
            version?: string
            version_number?: string
          }
          databases?: readonly {
            name: string
            character_set?: string
            collate?: string
          }[]
          users?: readonly {
            name: string
            password: string
            host?: string
            databases?: readonly {
              name: string
            }[]
          }[]
          availability_zone?: string
          region_name?: string | null
          nics?: readonly { readonly [key: string]: unknown }[]
          access?: {
            is_public?: boolean
            allowed_cidrs?: readonly string[]
          }
        }
      }
    }
    answer: {
      instance: {
        id: string
        name: string
        /** BUILD, ACTIVE, REBOOT, RESIZE, SHUTDOWN, ERROR … */
        status: string
        /** HEALTHY if the database server runs; empty before the first start. */
        operating_status: string
        links: readonly {
          href: string
          rel: string
        }[]
        flavor: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        datastore: {
          type: string | null
          version: string | null
          version_number?: string | null
          /** False for an engine without databases and users, such as Redis; otherwise absent. */
          has_databases?: boolean
        }
        region: string | null
        access: { readonly [key: string]: unknown }
        /** Admins only. */
        tenant_id?: string
        volume?: {
          /** GiB */
          size: number
          /** Name of the volume type, if known. Only in details. */
          type?: string
          /** Disk usage of data and log in GiB, as last measured. */
          used?: number
          used_percent?: number
          /** Time of the measurement. */
          used_at?: string
          /** Size of the write-ahead log in GiB. PostgreSQL only. */
          wal_size?: number
        }
        hostname?: string
        ip?: readonly string[]
        addresses?: readonly {
          address: string
          type: string
          network: string
        }[]
        /** Port of the database server. */
        port?: number
        endpoint?: {
          host: string
          port: number
        }
        replica_of?: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        updated: string
        service_status_updated: string | null
        /** The current step of the worker. */
        task_description?: string
        fault?: {
          message: string
          /** UTC without a zone, for example 2019-12-23T20:58:35. */
          created: string
          details: string | null
        }
        /** Warnings about its flavor. Only present when a single instance is shown. */
        warnings?: readonly string[]
        cluster_id?: string
        shard_id?: string
        server_id?: string | null
        volume_id?: string | null
        encrypted_rpc_messaging?: boolean
        /** How its processes have been isolated since its last start. Admins only. */
        isolation?: {
          /** The system user that its processes run as: its own, one shared by all instances, or the one of this service. */
          user: 'own' | 'shared' | 'service'
          /** Whether it only sees its own files and processes. */
          view: boolean
          /** Whether it is prevented from opening connections. */
          network: boolean
          /** Whether the system limits its memory to that of its flavor. */
          memory: boolean
          /** Whether the system limits its CPU to the vCPUs of its flavor. */
          cpu: boolean
          /** Whether the system limits the number of its processes. */
          processes: boolean
        }
      }
    }
  }
  /** Lists the instances of the project with all details, at most 20 per page. */
  listInstanceDetails: {
    input: {
      query?: {
        /** Maximum number of instances per page; at most 20. */
        limit?: string
        /** Marker from the link to the next page. */
        marker?: string
        /** `true`: include instances that belong to a cluster. */
        include_clustered?: string
      }
    }
    answer: {
      instances: readonly ({
        id: string
        name: string
        /** BUILD, ACTIVE, REBOOT, RESIZE, SHUTDOWN, ERROR … */
        status: string
        /** HEALTHY if the database server runs; empty before the first start. */
        operating_status: string
        links: readonly {
          href: string
          rel: string
        }[]
        flavor: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        datastore: {
          type: string | null
          version: string | null
          version_number?: string | null
          /** False for an engine without databases and users, such as Redis; otherwise absent. */
          has_databases?: boolean
        }
        region: string | null
        access: { readonly [key: string]: unknown }
        /** Admins only. */
        tenant_id?: string
        volume?: {
          /** GiB */
          size: number
          /** Name of the volume type, if known. Only in details. */
          type?: string
          /** Disk usage of data and log in GiB, as last measured. */
          used?: number
          used_percent?: number
          /** Time of the measurement. */
          used_at?: string
          /** Size of the write-ahead log in GiB. PostgreSQL only. */
          wal_size?: number
        }
        hostname?: string
        ip?: readonly string[]
        addresses?: readonly {
          address: string
          type: string
          network: string
        }[]
        /** Port of the database server. */
        port?: number
        endpoint?: {
          host: string
          port: number
        }
        replica_of?: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        updated: string
        service_status_updated: string | null
        /** The current step of the worker. */
        task_description?: string
        fault?: {
          message: string
          /** UTC without a zone, for example 2019-12-23T20:58:35. */
          created: string
          details: string | null
        }
        /** Warnings about its flavor. Only present when a single instance is shown. */
        warnings?: readonly string[]
        cluster_id?: string
        shard_id?: string
        server_id?: string | null
        volume_id?: string | null
        encrypted_rpc_messaging?: boolean
        /** How its processes have been isolated since its last start. Admins only. */
        isolation?: {
          /** The system user that its processes run as: its own, one shared by all instances, or the one of this service. */
          user: 'own' | 'shared' | 'service'
          /** Whether it only sees its own files and processes. */
          view: boolean
          /** Whether it is prevented from opening connections. */
          network: boolean
          /** Whether the system limits its memory to that of its flavor. */
          memory: boolean
          /** Whether the system limits its CPU to the vCPUs of its flavor. */
          cpu: boolean
          /** Whether the system limits the number of its processes. */
          processes: boolean
        }
      })[]
      links?: readonly {
        rel: 'next'
        href: string
      }[]
      instances_links?: readonly {
        rel: 'next'
        href: string
      }[]
    }
  }
  /** Shows an instance, including its last measured disk usage. */
  showInstance: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      instance: {
        id: string
        name: string
        /** BUILD, ACTIVE, REBOOT, RESIZE, SHUTDOWN, ERROR … */
        status: string
        /** HEALTHY if the database server runs; empty before the first start. */
        operating_status: string
        links: readonly {
          href: string
          rel: string
        }[]
        flavor: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        datastore: {
          type: string | null
          version: string | null
          version_number?: string | null
          /** False for an engine without databases and users, such as Redis; otherwise absent. */
          has_databases?: boolean
        }
        region: string | null
        access: { readonly [key: string]: unknown }
        /** Admins only. */
        tenant_id?: string
        volume?: {
          /** GiB */
          size: number
          /** Name of the volume type, if known. Only in details. */
          type?: string
          /** Disk usage of data and log in GiB, as last measured. */
          used?: number
          used_percent?: number
          /** Time of the measurement. */
          used_at?: string
          /** Size of the write-ahead log in GiB. PostgreSQL only. */
          wal_size?: number
        }
        hostname?: string
        ip?: readonly string[]
        addresses?: readonly {
          address: string
          type: string
          network: string
        }[]
        /** Port of the database server. */
        port?: number
        endpoint?: {
          host: string
          port: number
        }
        replica_of?: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        updated: string
        service_status_updated: string | null
        /** The current step of the worker. */
        task_description?: string
        fault?: {
          message: string
          /** UTC without a zone, for example 2019-12-23T20:58:35. */
          created: string
          details: string | null
        }
        /** Warnings about its flavor. Only present when a single instance is shown. */
        warnings?: readonly string[]
        cluster_id?: string
        shard_id?: string
        server_id?: string | null
        volume_id?: string | null
        encrypted_rpc_messaging?: boolean
        /** How its processes have been isolated since its last start. Admins only. */
        isolation?: {
          /** The system user that its processes run as: its own, one shared by all instances, or the one of this service. */
          user: 'own' | 'shared' | 'service'
          /** Whether it only sees its own files and processes. */
          view: boolean
          /** Whether it is prevented from opening connections. */
          network: boolean
          /** Whether the system limits its memory to that of its flavor. */
          memory: boolean
          /** Whether the system limits its CPU to the vCPUs of its flavor. */
          cpu: boolean
          /** Whether the system limits the number of its processes. */
          processes: boolean
        }
      }
    }
  }
  /** Renames an instance, or upgrades it to another version of its datastore. */
  updateInstance: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      body: {
        instance: {
          name?: string
          replica_of?: unknown
          slave_of?: unknown
          configuration?: unknown
          /** Id or name of the version to upgrade to. */
          datastore_version?: string
          access?: unknown
        }
      }
    }
    answer: {
      warnings: readonly string[]
    } | null
  }
  /** Renames an instance, or upgrades it to another version of its datastore. */
  editInstance: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      body: {
        instance: {
          name?: string
          replica_of?: unknown
          slave_of?: unknown
          configuration?: unknown
          /** Id or name of the version to upgrade to. */
          datastore_version?: string
          access?: unknown
        }
      }
    }
    answer: {
      warnings: readonly string[]
    } | null
  }
  /** Deletes an instance and its data. */
  deleteInstance: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: undefined
  }
  /** Restarts an instance, or resizes it or its volume. Admins can also reset its status or force its deletion. */
  actOnInstance: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      body: {
        restart?: { readonly [key: string]: unknown }
        resize?: {
          /** Flavor id as text or integer, or a URL that ends with it. Where this service creates instances, also the name of a flavor. */
          flavorRef?: string | number
          volume?: {
            size: number | string
          }
        }
        reset_status?: { readonly [key: string]: unknown } | null
        force_delete?: { readonly [key: string]: unknown } | null
        promote_to_replica_source?: { readonly [key: string]: unknown } | null
        eject_replica_source?: { readonly [key: string]: unknown } | null
      }
    }
    answer: {
      warnings: readonly string[]
    } | null
  }
  /** Shows whether root was ever enabled. */
  showRoot: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      rootEnabled: boolean
    }
  }
  /** Enables root and returns its password. The password is not shown again. */
  enableRoot: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      user: {
        name: string
        password: string
      }
    }
  }
  /** Disables root. */
  disableRoot: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: undefined
  }
  /** Lists the databases of an instance. */
  listDatabases: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      databases: readonly {
        name: string
      }[]
    }
  }
  /** Creates databases. */
  createDatabases: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      body: {
        databases: readonly {
          name: string
          character_set?: string
          collate?: string
        }[]
      }
    }
    answer: undefined
  }
  /** Deletes a database and everything in it. */
  deleteDatabase: {
    input: {
      path: {
        /** The id. */
        id: string
        database: string
      }
    }
    answer: undefined
  }
  /** Lists the users of an instance, and the databases that each can access. */
  listUsers: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      users: readonly {
        name: string
        host: string
        databases: readonly {
          name: string
        }[]
      }[]
    }
  }
  /** Creates users. */
  createUsers: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      body: {
        users: readonly {
          name: string
          password: string
          host?: string
          databases?: readonly {
            name: string
          }[]
        }[]
      }
    }
    answer: undefined
  }
  /** Changes passwords of users. */
  changePasswords: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      body: {
        users: readonly {
          name: string
          password: string
          host?: string
        }[]
      }
    }
    answer: undefined
  }
  /** Shows a user. */
  showUser: {
    input: {
      path: {
        /** The id. */
        id: string
        user: string
      }
    }
    answer: {
      user: {
        name: string
        host: string
        databases: readonly {
          name: string
        }[]
      }
    }
  }
  /** Renames a user, or changes the password. */
  changeUser: {
    input: {
      path: {
        /** The id. */
        id: string
        user: string
      }
      body: {
        user: {
          name?: string
          password?: string
          host?: string
        }
      }
    }
    answer: undefined
  }
  /** Deletes a user. Objects that the user owns are kept. */
  deleteUser: {
    input: {
      path: {
        /** The id. */
        id: string
        user: string
      }
    }
    answer: undefined
  }
  /** Lists the databases that a user can access. */
  listUserDatabases: {
    input: {
      path: {
        /** The id. */
        id: string
        user: string
      }
    }
    answer: {
      databases: readonly {
        name: string
      }[]
    }
  }
  /** Grants a user access to databases. */
  grantDatabases: {
    input: {
      path: {
        /** The id. */
        id: string
        user: string
      }
      body: {
        databases: readonly {
          name: string
        }[]
      }
    }
    answer: undefined
  }
  /** Revokes a user's access to a database. */
  revokeDatabase: {
    input: {
      path: {
        /** The id. */
        id: string
        user: string
        database: string
      }
    }
    answer: undefined
  }
  /** Lists the instances of all projects, by project, name, datastore or version. With `deleted`, lists only deleted instances. */
  listManagedInstances: {
    input: {
      query?: {
        /** Maximum number of instances per page; at most 20. */
        limit?: string
        /** Marker from the link to the next page. */
        marker?: string
        /** `true`: include instances that belong to a cluster. */
        include_clustered?: string
        /** `true`: list deleted instances instead of live ones. */
        deleted?: string
        /** Only list instances of this project. */
        project_id?: string
        /** Only list instances with this text in their name, in any letter case. */
        name?: string
        /** Only list instances of this datastore, by id or name. */
        datastore?: string
        /** Only list instances of this datastore version, by id, or by name if `datastore` is set. */
        version?: string
      }
    }
    answer: {
      instances: readonly ({
        id: string
        name: string
        /** BUILD, ACTIVE, REBOOT, RESIZE, SHUTDOWN, ERROR … */
        status: string
        /** HEALTHY if the database server runs; empty before the first start. */
        operating_status: string
        links: readonly {
          href: string
          rel: string
        }[]
        flavor: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        datastore: {
          type: string | null
          version: string | null
          version_number?: string | null
          /** False for an engine without databases and users, such as Redis; otherwise absent. */
          has_databases?: boolean
        }
        region: string | null
        access: { readonly [key: string]: unknown }
        /** Admins only. */
        tenant_id?: string
        volume?: {
          /** GiB */
          size: number
          /** Name of the volume type, if known. Only in details. */
          type?: string
          /** Disk usage of data and log in GiB, as last measured. */
          used?: number
          used_percent?: number
          /** Time of the measurement. */
          used_at?: string
          /** Size of the write-ahead log in GiB. PostgreSQL only. */
          wal_size?: number
        }
        hostname?: string
        ip?: readonly string[]
        addresses?: readonly {
          address: string
          type: string
          network: string
        }[]
        /** Port of the database server. */
        port?: number
        endpoint?: {
          host: string
          port: number
        }
        replica_of?: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        updated: string
        service_status_updated: string | null
        task_description: string
        fault?: {
          message: string
          /** UTC without a zone, for example 2019-12-23T20:58:35. */
          created: string
          details: string | null
        }
        /** Warnings about its flavor. Only present when a single instance is shown. */
        warnings?: readonly string[]
        cluster_id?: string
        shard_id?: string
        server_id?: string | null
        volume_id?: string | null
        encrypted_rpc_messaging?: boolean
        /** How its processes have been isolated since its last start. Admins only. */
        isolation?: {
          /** The system user that its processes run as: its own, one shared by all instances, or the one of this service. */
          user: 'own' | 'shared' | 'service'
          /** Whether it only sees its own files and processes. */
          view: boolean
          /** Whether it is prevented from opening connections. */
          network: boolean
          /** Whether the system limits its memory to that of its flavor. */
          memory: boolean
          /** Whether the system limits its CPU to the vCPUs of its flavor. */
          cpu: boolean
          /** Whether the system limits the number of its processes. */
          processes: boolean
        }
        server: null
        service_status: string
        deleted: boolean
        deleted_at: string | null
      })[]
      links?: readonly {
        rel: 'next'
        href: string
      }[]
      instances_links?: readonly {
        rel: 'next'
        href: string
      }[]
    }
  }
  /** Shows an instance of any project. With `deleted`, deleted instances are found as well. */
  showManagedInstance: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      query?: {
        /** `true`: include deleted instances. */
        deleted?: string
      }
    }
    answer: {
      instance: {
        id: string
        name: string
        /** BUILD, ACTIVE, REBOOT, RESIZE, SHUTDOWN, ERROR … */
        status: string
        /** HEALTHY if the database server runs; empty before the first start. */
        operating_status: string
        links: readonly {
          href: string
          rel: string
        }[]
        flavor: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        datastore: {
          type: string | null
          version: string | null
          version_number?: string | null
          /** False for an engine without databases and users, such as Redis; otherwise absent. */
          has_databases?: boolean
        }
        region: string | null
        access: { readonly [key: string]: unknown }
        /** Admins only. */
        tenant_id?: string
        volume?: {
          /** GiB */
          size: number
          /** Name of the volume type, if known. Only in details. */
          type?: string
          /** Disk usage of data and log in GiB, as last measured. */
          used?: number
          used_percent?: number
          /** Time of the measurement. */
          used_at?: string
          /** Size of the write-ahead log in GiB. PostgreSQL only. */
          wal_size?: number
        }
        hostname?: string
        ip?: readonly string[]
        addresses?: readonly {
          address: string
          type: string
          network: string
        }[]
        /** Port of the database server. */
        port?: number
        endpoint?: {
          host: string
          port: number
        }
        replica_of?: {
          id: string
          links: readonly {
            href: string
            rel: string
          }[]
        }
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        created: string
        /** UTC without a zone, for example 2019-12-23T20:58:35. */
        updated: string
        service_status_updated: string | null
        task_description: string
        fault?: {
          message: string
          /** UTC without a zone, for example 2019-12-23T20:58:35. */
          created: string
          details: string | null
        }
        /** Warnings about its flavor. Only present when a single instance is shown. */
        warnings?: readonly string[]
        cluster_id?: string
        shard_id?: string
        server_id?: string | null
        volume_id?: string | null
        encrypted_rpc_messaging?: boolean
        /** How its processes have been isolated since its last start. Admins only. */
        isolation?: {
          /** The system user that its processes run as: its own, one shared by all instances, or the one of this service. */
          user: 'own' | 'shared' | 'service'
          /** Whether it only sees its own files and processes. */
          view: boolean
          /** Whether it is prevented from opening connections. */
          network: boolean
          /** Whether the system limits its memory to that of its flavor. */
          memory: boolean
          /** Whether the system limits its CPU to the vCPUs of its flavor. */
          cpu: boolean
          /** Whether the system limits the number of its processes. */
          processes: boolean
        }
        server: null
        service_status: string
        deleted: boolean
        deleted_at: string | null
      }
    }
  }
  /** Resets the task of a stuck instance, or restarts the instance. */
  actOnManagedInstance: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      body: {
        'reset-task-status'?: { readonly [key: string]: unknown } | null
        reboot?: { readonly [key: string]: unknown } | null
        stop?: { readonly [key: string]: unknown } | null
        migrate?: unknown
        rebuild?: unknown
      }
    }
    answer: undefined
  }
  /** Shows the quotas and usage of a project. Every user can read those of their own project. */
  showQuotas: {
    input: {
      path: {
        owner: string
      }
    }
    answer: {
      quotas: readonly {
        resource: string
        in_use: number
        reserved: number
        limit: number
      }[]
    }
  }
  /** Sets quotas of a project: all or none. -1 means unlimited. */
  updateQuotas: {
    input: {
      path: {
        owner: string
      }
      body: {
        quotas: { readonly [key: string]: number }
      }
    }
    answer: {
      quotas: { readonly [key: string]: number }
    }
  }
  /** Lists the versions of all datastores. */
  listManagedVersions: {
    input: {}
    answer: {
      versions: readonly ({
        id: string
        name: string
        version: string
        datastore_id: string
        datastore_name: string
        datastore_manager: string | null
        image: string | null
        image_tags: readonly string[]
        packages: readonly string[]
        active: boolean
        registry_ext: string | null
        repl_strategy: string | null
        default: boolean
      })[]
    }
  }
  /** Creates a version, and its datastore if that does not exist. */
  createDatastoreVersion: {
    input: {
      body: {
        version: {
          name: string
          datastore_name: string
          datastore_manager: string
          active: boolean
          default?: boolean
          version?: string
          image?: string | null
          image_tags?: readonly string[]
          packages?: readonly string[]
          registry_ext?: string | null
          repl_strategy?: string | null
        }
      }
    }
    answer: undefined
  }
  /** Shows a version, by its id. */
  showManagedVersion: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: {
      version: {
        id: string
        name: string
        version: string
        datastore_id: string
        datastore_name: string
        datastore_manager: string | null
        image: string | null
        image_tags: readonly string[]
        packages: readonly string[]
        active: boolean
        registry_ext: string | null
        repl_strategy: string | null
        default: boolean
      }
    }
  }
  /** Updates a version. The body is not wrapped in `version`. */
  updateDatastoreVersion: {
    input: {
      path: {
        /** The id. */
        id: string
      }
      body: {
        name?: string
        datastore_manager?: string
        active?: boolean
        default?: boolean
        image?: string
        image_tags?: readonly string[]
        packages?: readonly string[]
        registry_ext?: string
        repl_strategy?: string
      }
    }
    answer: undefined
  }
  /** Deletes a version that is not in use. */
  deleteDatastoreVersion: {
    input: {
      path: {
        /** The id. */
        id: string
      }
    }
    answer: undefined
  }
}

/** The method and the path of each operation, below the URL of the service in the service catalogue. */
export const operations = {
  listVersionFlavors: { method: 'GET', path: '/datastores/{datastore}/versions/{version}/flavors' },
  showFlavorVerdict: { method: 'GET', path: '/datastores/{datastore}/versions/{version}/flavors/{flavor}' },
  listVersionVolumeTypes: { method: 'GET', path: '/datastores/{datastore}/versions/{version}/volume-types' },
  decideRequest: { method: 'POST', path: '/decisions' },
  reportDecisionResult: { method: 'POST', path: '/decisions/{decision}/result' },
  dryRunInstance: { method: 'POST', path: '/instances/dry-run' },
  listResizeTargets: { method: 'GET', path: '/instances/{id}/flavors' },
  listFlavorAssociations: { method: 'GET', path: '/mgmt/datastore-versions/{id}/flavors' },
  associateFlavors: { method: 'POST', path: '/mgmt/datastore-versions/{id}/flavors' },
  dissociateFlavor: { method: 'DELETE', path: '/mgmt/datastore-versions/{id}/flavors/{flavor}' },
  listVolumeTypeAssociations: { method: 'GET', path: '/mgmt/datastore-versions/{id}/volume-types' },
  associateVolumeTypes: { method: 'POST', path: '/mgmt/datastore-versions/{id}/volume-types' },
  dissociateVolumeType: { method: 'DELETE', path: '/mgmt/datastore-versions/{id}/volume-types/{type}' },
  listFlavorRequirements: { method: 'GET', path: '/mgmt/datastore-versions/{id}/flavor-requirements' },
  addFlavorRequirements: { method: 'POST', path: '/mgmt/datastore-versions/{id}/flavor-requirements' },
  setFlavorRequirementLevel: { method: 'PATCH', path: '/mgmt/datastore-versions/{id}/flavor-requirements/{requirement}' },
  deleteFlavorRequirement: { method: 'DELETE', path: '/mgmt/datastore-versions/{id}/flavor-requirements/{requirement}' },
  showFlavorPolicy: { method: 'GET', path: '/mgmt/datastore-versions/{id}/flavor-policy' },
  setFlavorPolicy: { method: 'PUT', path: '/mgmt/datastore-versions/{id}/flavor-policy' },
  copyRules: { method: 'POST', path: '/mgmt/datastore-versions/{id}/copy-rules' },
  listFlavorEvents: { method: 'GET', path: '/mgmt/datastore-versions/{id}/flavor-events' },
  listVersionFlavorVerdicts: { method: 'GET', path: '/mgmt/datastore-versions/{id}/flavor-verdicts' },
  listDatastoreFlavorRequirements: { method: 'GET', path: '/mgmt/datastores/{datastore}/flavor-requirements' },
  addDatastoreFlavorRequirements: { method: 'POST', path: '/mgmt/datastores/{datastore}/flavor-requirements' },
  setDatastoreFlavorRequirementLevel: { method: 'PATCH', path: '/mgmt/datastores/{datastore}/flavor-requirements/{requirement}' },
  deleteDatastoreFlavorRequirement: { method: 'DELETE', path: '/mgmt/datastores/{datastore}/flavor-requirements/{requirement}' },
  showDatastoreFlavorPolicy: { method: 'GET', path: '/mgmt/datastores/{datastore}/flavor-policy' },
  setDatastoreFlavorPolicy: { method: 'PUT', path: '/mgmt/datastores/{datastore}/flavor-policy' },
  showDatastoreCatalogue: { method: 'GET', path: '/mgmt/datastore-catalogue' },
  applyDatastoreCatalogue: { method: 'POST', path: '/mgmt/datastore-catalogue' },
  listFlavorCompliance: { method: 'GET', path: '/mgmt/flavor-compliance' },
  listFlavorVerdicts: { method: 'GET', path: '/mgmt/flavor-verdicts' },
  listFlavorRuleEvents: { method: 'GET', path: '/mgmt/flavor-rule-events' },
  undoFlavorRuleEvent: { method: 'POST', path: '/mgmt/flavor-rule-events/{event}/undo' },
  listFlavorWaivers: { method: 'GET', path: '/mgmt/flavor-waivers' },
  addFlavorWaiver: { method: 'POST', path: '/mgmt/flavor-waivers' },
  shortenFlavorWaiver: { method: 'PATCH', path: '/mgmt/flavor-waivers/{waiver}' },
  endFlavorWaiver: { method: 'DELETE', path: '/mgmt/flavor-waivers/{waiver}' },
  listFlavors: { method: 'GET', path: '/flavors' },
  showFlavorOrVersionFlavors: { method: 'GET', path: '/flavors/{id}' },
  listDatastores: { method: 'GET', path: '/datastores' },
  showDatastore: { method: 'GET', path: '/datastores/{datastore}' },
  deleteDatastore: { method: 'DELETE', path: '/datastores/{datastore}' },
  listDatastoreVersions: { method: 'GET', path: '/datastores/{datastore}/versions' },
  showDatastoreVersion: { method: 'GET', path: '/datastores/{datastore}/versions/{version}' },
  showDatastoreVersionById: { method: 'GET', path: '/datastores/versions/{id}' },
  listVolumeTypes: { method: 'GET', path: '/volume-types' },
  showVolumeType: { method: 'GET', path: '/volume-types/{id}' },
  listLimits: { method: 'GET', path: '/limits' },
  listInstances: { method: 'GET', path: '/instances' },
  createInstance: { method: 'POST', path: '/instances' },
  listInstanceDetails: { method: 'GET', path: '/instances/detail' },
  showInstance: { method: 'GET', path: '/instances/{id}' },
  updateInstance: { method: 'PUT', path: '/instances/{id}' },
  editInstance: { method: 'PATCH', path: '/instances/{id}' },
  deleteInstance: { method: 'DELETE', path: '/instances/{id}' },
  actOnInstance: { method: 'POST', path: '/instances/{id}/action' },
  showRoot: { method: 'GET', path: '/instances/{id}/root' },
  enableRoot: { method: 'POST', path: '/instances/{id}/root' },
  disableRoot: { method: 'DELETE', path: '/instances/{id}/root' },
  listDatabases: { method: 'GET', path: '/instances/{id}/databases' },
  createDatabases: { method: 'POST', path: '/instances/{id}/databases' },
  deleteDatabase: { method: 'DELETE', path: '/instances/{id}/databases/{database}' },
  listUsers: { method: 'GET', path: '/instances/{id}/users' },
  createUsers: { method: 'POST', path: '/instances/{id}/users' },
  changePasswords: { method: 'PUT', path: '/instances/{id}/users' },
  showUser: { method: 'GET', path: '/instances/{id}/users/{user}' },
  changeUser: { method: 'PUT', path: '/instances/{id}/users/{user}' },
  deleteUser: { method: 'DELETE', path: '/instances/{id}/users/{user}' },
  listUserDatabases: { method: 'GET', path: '/instances/{id}/users/{user}/databases' },
  grantDatabases: { method: 'PUT', path: '/instances/{id}/users/{user}/databases' },
  revokeDatabase: { method: 'DELETE', path: '/instances/{id}/users/{user}/databases/{database}' },
  listManagedInstances: { method: 'GET', path: '/mgmt/instances' },
  showManagedInstance: { method: 'GET', path: '/mgmt/instances/{id}' },
  actOnManagedInstance: { method: 'POST', path: '/mgmt/instances/{id}/action' },
  showQuotas: { method: 'GET', path: '/mgmt/quotas/{owner}' },
  updateQuotas: { method: 'PUT', path: '/mgmt/quotas/{owner}' },
  listManagedVersions: { method: 'GET', path: '/mgmt/datastore-versions' },
  createDatastoreVersion: { method: 'POST', path: '/mgmt/datastore-versions' },
  showManagedVersion: { method: 'GET', path: '/mgmt/datastore-versions/{id}' },
  updateDatastoreVersion: { method: 'PATCH', path: '/mgmt/datastore-versions/{id}' },
  deleteDatastoreVersion: { method: 'DELETE', path: '/mgmt/datastore-versions/{id}' },
} as const satisfies { readonly [name in keyof Operations]: { method: string; path: string } }

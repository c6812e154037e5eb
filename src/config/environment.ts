import { nearest } from '../model/nearest.ts'
import type { Fault } from './fault.ts'
import { type Layer, textLayer } from './layers.ts'
import { ENVIRONMENT_PREFIX, variableOf } from './option.ts'
import { FLAG_OPTIONS } from './options.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Kubernetes gives every pod variables about every Service of its namespace, one named like this program included. */
const SERVICE_LINK =
  /_(?:SERVICE_HOST|SERVICE_PORT(?:_\w+)?|PORT|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)$/

const VARIABLES = FLAG_OPTIONS.map(variableOf).filter(variable => variable !== null)
const SHORT_VARIABLES = VARIABLES.map(variable => variable.slice(ENVIRONMENT_PREFIX.length))

/** An empty variable counts as none. */
export function environmentLayer(env: Environment, faults: Fault[]): Layer {
  return textLayer(
    FLAG_OPTIONS,
    option => {
      const variable = variableOf(option)
      const text = variable === null ? undefined : env[variable]
      return variable === null || text === undefined || text === '' ? null : { texts: [text], at: variable }
    },
    faults,
  )
}

/** Variables with our prefix that set nothing. `used` are those that the configuration itself refers to. */
export function unknownVariables(env: Environment, used: ReadonlySet<string>): readonly Fault[] {
  return Object.keys(env)
    .filter(each => each.startsWith(ENVIRONMENT_PREFIX) && !VARIABLES.includes(each))
    .filter(each => !used.has(each) && !SERVICE_LINK.test(each))
    .map(at => {
      const near = nearest(at.slice(ENVIRONMENT_PREFIX.length), SHORT_VARIABLES)
      const hint = near === null ? 'see docs/config.md' : `did you mean ${ENVIRONMENT_PREFIX}${near}?`
      return { at, problem: `unknown variable, ${hint}` }
    })
}

/**
 * Public entry `kafka-health-exporter/checks`: pure functions without dependencies, for a consumer as for who watches
 * it from outside.
 */

export {
  type ProgressAnswer,
  ProgressCheck,
  type ProgressCheckOptions,
  type ProgressReading,
} from './domain/progress/progress-check.ts'
export { DROP_REASONS, type Drop, type DropReason } from './domain/schema/drop.ts'
export { SchemaCheck, type SchemaCheckOptions } from './domain/schema/schema-check.ts'
export type { FieldShape, Shape } from './domain/schema/shape.ts'
export { shapeOfAvro } from './domain/schema/shapes/avro.ts'
export { shapeOfJsonSchema } from './domain/schema/shapes/json-schema.ts'
export { shapeOfProtobuf } from './domain/schema/shapes/protobuf.ts'
export { TARGETS, type Target } from './domain/schema/target.ts'
export { TYPE_NAMES, type TypeName } from './domain/schema/value-type.ts'

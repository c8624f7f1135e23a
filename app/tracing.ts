/**
 * Traces by OpenTelemetry, where the environment names a place to send them to. Without such a place
 * nothing of it is loaded.
 */
import type { Context, Span, Tracer } from '@opentelemetry/api'
import type { Environment } from './config.ts'
import { RetryLater } from './errors.ts'
import { untraced, type Trace, type Tracing } from './trace.ts'

/** Whether traces are wanted, by OpenTelemetry's own variables; its libraries read the others. */
export function wantsTraces(env: Environment): boolean {
  const endpoint = env['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT'] ?? env['OTEL_EXPORTER_OTLP_ENDPOINT']
  const off = env['OTEL_SDK_DISABLED'] === 'true' || env['OTEL_TRACES_EXPORTER'] === 'none'
  return endpoint !== undefined && endpoint !== '' && !off
}

/** @param failed Hears that traces could not be sent. */
export async function openTracing(
  env: Environment,
  failed: (message: string) => void,
): Promise<Tracing> {
  if (!wantsTraces(env)) return untraced
  const [{ diag, DiagLogLevel, trace, ROOT_CONTEXT }, sdk, { OTLPTraceExporter }, resources] =
    await Promise.all([
      import('@opentelemetry/api'),
      import('@opentelemetry/sdk-trace'),
      import('@opentelemetry/exporter-trace-otlp-http'),
      import('@opentelemetry/resources'),
    ])
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = resources
  const quiet = () => {}
  const logger = { debug: quiet, info: quiet, verbose: quiet, warn: failed, error: failed }
  diag.setLogger(logger, { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true })
  const provider = new sdk.TracerProvider({
    resource: defaultResource()
      .merge(resourceFromAttributes({ 'service.name': 'codicil' }))
      .merge(detectResources({ detectors: [envDetector] })),
    sampler: samplerOf(sdk, env),
    spanProcessors: [new sdk.BatchSpanProcessor({ exporter: new OTLPTraceExporter() })],
  })
  const tracer = provider.getTracer('codicil')
  return {
    begin: () => traceBy(tracer, ROOT_CONTEXT, trace.setSpan),
    close: () => provider.shutdown().catch((error: unknown) => failed(String(error))),
  }
}

function traceBy(
  tracer: Tracer,
  root: Context,
  within: (context: Context, span: Span) => Context,
): Trace {
  let current = root
  return {
    async span(name, attributes, work) {
      const before = current
      const span = tracer.startSpan(name, { attributes }, before)
      current = within(before, span)
      try {
        return await work((more) => void span.setAttributes(more))
      } catch (error) {
        // Waiting is no failure. Code 2 is `ERROR`.
        if (error instanceof Error && !(error instanceof RetryLater)) {
          span.recordException(error)
          span.setStatus({ code: 2, message: error.message })
        }
        throw error
      } finally {
        current = before
        span.end()
      }
    },
  }
}

/** Of the specification's samplers those that need no parent: there is none from outside. */
function samplerOf(sdk: typeof import('@opentelemetry/sdk-trace'), env: Environment) {
  const name = env['OTEL_TRACES_SAMPLER']?.replace(/^parentbased_/, '')
  if (name === 'always_off') return new sdk.AlwaysOffSampler()
  if (name !== 'traceidratio') return new sdk.AlwaysOnSampler()
  const part = Number(env['OTEL_TRACES_SAMPLER_ARG'] ?? 1)
  return new sdk.ParentBasedSampler({
    root: new sdk.TraceIdRatioBasedSampler(part),
  })
}

import { registerHooks } from 'node:module'

/**
 * Lets packages import JSON without saying so: @actions/languageservice is written for a bundler, and
 * Node wants `with { type: 'json' }`. To be called before it is imported.
 */
export function allowJsonImports(): void {
  registerHooks({
    load: (url, context, next) =>
      next(
        url,
        url.endsWith('.json') ? { ...context, importAttributes: { type: 'json' } } : context,
      ),
  })
}

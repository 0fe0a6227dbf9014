/** One way to talk to the server: JSON in, JSON or an ApiError out. */

/** A refusal with the server's reason; `offline` when no answer came at all. */
export class ApiError extends Error {
  readonly reason: string;
  readonly status: number;
  /** What is wrong with which part of the request: reasons by location. */
  places: Record<string, string> = {};
  /** Seconds until another try may help. */
  retryAfter = 0;

  constructor(reason: string, status: number, message = reason) {
    super(message);
    this.name = 'ApiError';
    this.reason = reason;
    this.status = status;
  }
}

export interface Call {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  body?: unknown;
  token?: string | null;
  signal?: AbortSignal;
  /** Lets the request outlive the page. */
  keepalive?: boolean;
}

interface ErrorBody {
  error?: string | { message?: string; errors?: { reason?: string; location?: string }[] };
  error_description?: string;
  reason?: string;
}

function toError(status: number, body: ErrorBody | null): ApiError {
  if (body && typeof body.error === 'object') {
    const details = body.error.errors ?? [];
    const error = new ApiError(details[0]?.reason ?? 'unknown', status, body.error.message);
    for (const { location, reason } of details) if (location) error.places[location] = reason ?? 'unknown';
    return error;
  }
  if (body && typeof body.error === 'string') {
    return new ApiError(body.reason ?? body.error, status, body.error_description);
  }
  return new ApiError(status === 503 ? 'serviceUnavailable' : 'unknown', status);
}

/** Sends one request. Throws ApiError; an aborted request throws the abort itself. */
export async function send<T>(path: string, call: Call = {}): Promise<T> {
  const headers: Record<string, string> = { Accept: 'application/json' };
  const form = call.body instanceof FormData ? call.body : null;
  if (call.body !== undefined && !form) headers['Content-Type'] = 'application/json';
  if (call.token) headers.Authorization = `Bearer ${call.token}`;
  let response: Response;
  try {
    response = await fetch(path, {
      method: call.method ?? 'GET',
      headers,
      body: form ?? (call.body === undefined ? undefined : JSON.stringify(call.body)),
      signal: call.signal,
      keepalive: call.keepalive,
      credentials: 'omit',
    });
  } catch (error) {
    if (call.signal?.aborted) throw error;
    throw new ApiError('offline', 0);
  }
  const body: unknown = await response.json().catch(() => null);
  if (!response.ok) {
    const error = toError(response.status, body as ErrorBody | null);
    error.retryAfter = Number(response.headers.get('Retry-After')) || 0;
    throw error;
  }
  return body as T;
}

/** The reason of any thrown value, for choosing the words to show. */
export function reasonOf(error: unknown): string {
  return error instanceof ApiError ? error.reason : 'unknown';
}

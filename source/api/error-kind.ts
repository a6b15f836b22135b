import type {FailureKind} from '../domain/failure.ts';

/**
 * What an error means: the API's code first, its type second, the HTTP status last (reference/api.md 2.1). The
 * status alone misleads: an exhausted credit comes as 429, and through one gateway as 400.
 */
export function errorKind(status: number, code: string | null, type: string | null): FailureKind {
	return namedKind(code, type) ?? statusKind(status);
}

/** Null where neither code nor type is a known one. */
export function namedKind(code: string | null, type: string | null): FailureKind | null {
	return kindsByCode.get(code?.toLowerCase() ?? '') ?? kindsByType.get(type?.toLowerCase() ?? '') ?? null;
}

function statusKind(status: number): FailureKind {
	switch (status) {
		case 401:
		case 403:
			return 'auth';
		case 402:
			// Payment required: DeepSeek and OpenRouter when the credit is used up.
			return 'quota';
		case 404:
		case 405:
		case 410:
			return 'not_found';
		case 408:
		case 409:
		case 425:
		// 424: a model behind TGI's server failed in the middle.
		case 424:
			return 'server';
		case 429:
		case 498:
			// 498: Groq's flex tier has no capacity at the moment.
			return 'rate_limit';
		default:
			break;
	}

	if (status >= 500) {
		return 'server';
	}

	// A redirect is not followed: the key would travel. Like an unknown route it is the same for every request.
	return status >= 300 && status < 400 ? 'not_found' : 'invalid_request';
}

const kindsByCode = table({
	quota: [
		'insufficient_quota',
		'credit_balance_exhausted',
		'organization_usage_limit_exceeded',
		'organization_spend_limit_exceeded',
		'project_spend_limit_exceeded',
		'billing_hard_limit_reached',
		'billing_not_active',
	],
	rate_limit: ['rate_limit_exceeded', 'slow_down', 'capacity_exceeded', 'resource_unavailable'],
	server: ['server_error', 'server_is_overloaded', 'internal_error', 'vector_store_timeout'],
	context_length: ['context_length_exceeded'],
	content_filter: [
		'content_filter',
		'content_policy_violation',
		'image_content_policy_violation',
		'invalid_prompt',
		'moderation_blocked',
		'bio_policy',
		// Azure's, as an inner error's code.
		'responsibleaipolicyviolation',
	],
	auth: ['invalid_api_key', 'account_deactivated', 'unsupported_country_region_territory'],
	not_found: ['model_not_found', 'deploymentnotfound', 'unknown_url'],
});

/** `invalid_request_error` is not here: a wrong key and an unknown model carry it too. */
const kindsByType = table({
	quota: ['insufficient_quota'],
	rate_limit: ['rate_limit_error', 'tokens', 'requests'],
	server: ['server_error', 'service_unavailable_error', 'overloaded_error'],
	// llama.cpp's server.
	context_length: ['exceed_context_size_error'],
	auth: ['authentication_error', 'permission_error'],
	not_found: ['not_found_error'],
});

function table(
	names: {readonly [kind in FailureKind]?: readonly string[]},
): ReadonlyMap<string, FailureKind> {
	return new Map(
		Object.entries(names).flatMap(([kind, list]) => list.map(name => [name, kind as FailureKind] as const)),
	);
}

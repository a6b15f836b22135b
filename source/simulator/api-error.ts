/** An error as OpenAI sends it: `{"error": {message, type, param, code}}` with a status. */
export type ApiError = {
	readonly status: number;
	readonly error: {
		readonly message: string;
		readonly type: string;
		readonly param: string | null;
		readonly code: string | null;
	};
};

export function invalidRequest(
	message: string,
	param: string | null = null,
	code: string | null = null,
	status = 400,
): ApiError {
	return {status, error: {message, type: 'invalid_request_error', param, code}};
}

export const missingParameterCode = 'missing_required_parameter';

export function missingParameter(param: string): ApiError {
	return invalidRequest(`Missing required parameter: '${param}'.`, param, missingParameterCode);
}

export function invalidType(param: string, expected: string): ApiError {
	return invalidRequest(`Invalid type for '${param}': expected ${expected}.`, param, 'invalid_type');
}

export function notFound(what: string, id: string, param = 'id'): ApiError {
	return invalidRequest(`No such ${what}: '${id}'.`, param, null, 404);
}

export function unknownRoute(method: string, path: string): ApiError {
	return invalidRequest(`Invalid URL (${method} ${path})`, null, null, 404);
}

export function modelNotFound(model: string): ApiError {
	const message = `The model '${model}' does not exist or you do not have access to it.`;
	return invalidRequest(message, null, 'model_not_found', 404);
}

export function contextLengthExceeded(limit: number, tokens: number, param: string): ApiError {
	const message = `This model's maximum context length is ${limit} tokens. However, your input resulted in ${tokens} tokens. Please reduce its length.`;
	return invalidRequest(message, param, 'context_length_exceeded');
}

export function rateLimited(what: 'requests' | 'tokens', message: string): ApiError {
	return {status: 429, error: {message, type: what, param: null, code: 'rate_limit_exceeded'}};
}

export const quotaExhausted: ApiError = {
	status: 429,
	error: {
		message: 'You exceeded your current quota, please check your plan and billing details.',
		type: 'insufficient_quota',
		param: null,
		code: 'insufficient_quota',
	},
};

export const keyRevoked: ApiError = invalidRequest(
	'Incorrect API key provided.',
	null,
	'invalid_api_key',
	401,
);

export const serverError: ApiError = {
	status: 500,
	error: {
		message: 'The server had an error while processing your request. Sorry about that!',
		type: 'server_error',
		param: null,
		code: null,
	},
};

export const overloaded: ApiError = {
	status: 503,
	error: {
		message: 'The server is currently overloaded with other requests. Please try again later.',
		type: 'service_unavailable_error',
		param: null,
		code: 'server_is_overloaded',
	},
};

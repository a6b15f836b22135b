import {parse} from 'dotenv';
import type {Environment} from './credentials.ts';

/** Adds what a .env file says to an environment. What is set there already stays, even when it is empty. */
export function withEnvFile(env: Environment, text: string): Environment {
	const set = Object.entries(env).filter(([, value]) => value !== undefined);
	return {...parse(text), ...Object.fromEntries(set)};
}

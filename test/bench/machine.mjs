// Where and on what a bench ran: without it two runs cannot be compared.
import {execSync} from 'node:child_process';
import {cpus, loadavg, release, totalmem, type} from 'node:os';
import process from 'node:process';

export function machineFacts() {
	const git = command => execSync(`git ${command}`).toString().trim();
	return {
		at: new Date().toISOString(),
		commit: git('rev-parse --short HEAD'),
		hasChanges: git('status --porcelain') !== '',
		node: process.version,
		cpu: cpus()[0].model,
		cores: cpus().length,
		memoryGb: Math.round(totalmem() / 1e9),
		kernel: `${type()} ${release()}`,
		/** Of the minute before: what else the machine was doing. */
		load: loadavg()[0],
	};
}

export function machineLine({node, cpu, cores, memoryGb, kernel, load, commit, hasChanges}) {
	const state = hasChanges ? `${commit} with changes` : commit;
	return `node ${node}, ${cores} × ${cpu}, ${memoryGb} GB, ${kernel}, load ${load.toFixed(1)}, commit ${state}`;
}

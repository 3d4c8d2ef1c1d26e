/** The security contexts of the platform's own Pods, as the Pod Security Standard `restricted` asks for them. Pure. */

/** For a whole Pod. `group`: owns the volumes. */
export function restrictedPod(user: number, group?: number): object {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    ...(group !== undefined && { fsGroup: group }),
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** For each container of it: it writes to its volumes only. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
} as const;

/** The security contexts of the platform's own Pods, as the Pod Security Standard `restricted` requires. Pure. */

/** For a whole Pod. `group`: owns the volumes. */
export function restrictedPod(user: number, group?: number): object {
  return {
    runAsNonRoot: true,
    runAsUser: user,
    ...(group !== undefined && { fsGroup: group }),
    seccompProfile: { type: "RuntimeDefault" },
  };
}

/** For each container of the Pod. It can write only to its volumes. */
export const restrictedContainer = {
  allowPrivilegeEscalation: false,
  readOnlyRootFilesystem: true,
  capabilities: { drop: ["ALL"] },
} as const;

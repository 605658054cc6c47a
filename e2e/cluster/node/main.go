// Program node is what turns an API into a cluster that runs pods: kube-controller-manager,
// kube-scheduler, kubelet and kube-proxy in one binary. It runs as the program whose name it was
// called by (a link), or as the one its first argument names.
package main

import (
	"context"
	"os"
	_ "time/tzdata"

	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	_ "k8s.io/component-base/metrics/prometheus/clientgo"
	_ "k8s.io/component-base/metrics/prometheus/version"
	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	proxy "k8s.io/kubernetes/cmd/kube-proxy/app"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	kubelet "k8s.io/kubernetes/cmd/kubelet/app"

	"io.tidegate/e2e/cluster/multicall"
)

func main() {
	multicall.Run(map[string]func(){
		"kube-controller-manager": func() { os.Exit(cli.Run(controllers.NewControllerManagerCommand())) },
		"kube-scheduler":          func() { os.Exit(cli.Run(scheduler.NewSchedulerCommand())) },
		"kubelet":                 func() { os.Exit(cli.Run(kubelet.NewKubeletCommand(context.Background()))) },
		"kube-proxy":              func() { os.Exit(cli.Run(proxy.NewProxyCommand())) },
	})
}

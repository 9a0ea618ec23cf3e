// SPDX-License-Identifier: MIT
pragma solidity ^0.8.28;

interface IToken {
    function balanceOf(address owner) external view returns (uint256);
    function transfer(address to, uint256 value) external returns (bool);
    function transferFrom(address from, address to, uint256 value) external returns (bool);
}

interface IWrappedEther is IToken {
    function deposit() external payable;
    function withdraw(uint256 value) external;
}

interface IPool {
    function quote(address tokenIn, uint256 amountIn) external view returns (uint256 amountOut);
    function swap(address tokenIn, uint256 minOut, address to) external returns (uint256 amountOut);
    function addLiquidity(address to) external returns (uint256 shares);
}

interface IExchange {
    function poolOf(address tokenA, address tokenB) external view returns (address);
}
